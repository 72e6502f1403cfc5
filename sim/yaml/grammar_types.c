/* The types of LANGUAGE, and the lists and maps of them that many chapters share. */
#include "grammar_tools.h"

static const char *const channel_words[] = {"sms", "whatsapp", "call", "email", NULL};

const struct shape shape_text = SCALAR(VALUE_TEXT, "a text");
const struct shape shape_text_or_null = SCALAR(VALUE_TEXT_OR_NULL, "a text or null");
const struct shape shape_person =
    SCALAR(VALUE_PERSON, "the name of a person or a number such as +243810000001");
const struct shape shape_int = INTEGER(0, 1000000, "a whole number from 0 to 1000000");
const struct shape shape_port = INTEGER(1, 65535, "a port from 1 to 65535");
const struct shape shape_exit = INTEGER(0, 255, "an exit status from 0 to 255");
const struct shape shape_code = {
    .kind = SHAPE_VALUE,
    .size_bytes = sizeof(struct value),
    .rule = {.type = VALUE_CODE,
             .what = "an error number of the provider, such as 21211",
             .min = 10000,
             .max = 99999},
};
const struct shape shape_number = SCALAR(VALUE_NUMBER, "a number such as 0.5");
const struct shape shape_bool = SCALAR(VALUE_BOOL, "true or false");
const struct shape shape_duration = SCALAR(VALUE_DURATION, "a duration such as 5s");
const struct shape shape_count = SCALAR(VALUE_COUNT, "a count such as 3, 1..3 or 2..");
const struct shape shape_status = SCALAR(VALUE_STATUS, "a status such as 200 or 4xx");
const struct shape shape_http_status = INTEGER(100, 599, "a status from 100 to 599");
const struct shape shape_channel = CHOICE(channel_words, "a channel");
const struct shape shape_json_node = {
    .kind = SHAPE_JSON, .what = "JSON", .size_bytes = sizeof(const struct node *)};

const struct shape shape_texts = {LIST_OF(&shape_text, struct value_list, "a list of texts")};
const struct shape shape_text_list = {LIST_OF(&shape_text, struct value_list, "a list of one or more texts"),
                                      .min = 1};
const struct shape shape_channels = {LIST_OF(&shape_channel, struct value_list, "a list of channels"),
                                     .min = 1};
const struct shape shape_durations = {LIST_OF(&shape_duration, struct value_list, "a list of durations")};
const struct shape shape_codes = {LIST_OF(&shape_code, struct value_list, "a list of error numbers")};
const struct shape shape_statuses = {
    LIST_OF(&shape_status, struct value_list, "a status or a list of 1 to 16"),
    .min = 1,
    .max = STATUS_RANGES_MAX,
    .one_alone = true,
};

const struct shape shape_named_texts = {
    NAMED_OF(&shape_text, struct named_values, struct named_value, value, KEY_ANY,
             "a map of names and texts"),
};
const struct shape shape_named_texts_or_null = {
    NAMED_OF(&shape_text_or_null, struct named_values, struct named_value, value, KEY_ANY,
             "a map of names and texts (null takes one away)"),
};
const struct shape shape_status_counts = {
    NAMED_OF(&shape_count, struct named_values, struct named_value, value, KEY_STATUS,
             "a map of statuses and counts"),
};
const struct shape shape_params = {
    NAMED_OF(&shape_text, struct named_values, struct named_value, value, KEY_NAME,
             "a map of parameters and texts"),
};
