/* PEOPLE and ACCOUNT: handsets, and what kind of account sends to them. */
#include "grammar_tools.h"

#include "people.h"

static const char *const line_words[] = {"mobile", "landline", "voip", "premium", "unknown", NULL};
static const char *const whatsapp_words[] = {"true", "false", "joined", "outside-window", "blocked", NULL};
/* The last one is in the language, and refused by this version. */
static const char *const plan_words[] = {"paid", "trial-legacy", "test", "trial-units", NULL};
static const char *const account_words[] = {"active", "suspended", "closed", NULL};

static const struct shape shape_line = CHOICE(line_words, "a kind of line");
static const struct shape shape_whatsapp = CHOICE(whatsapp_words, "a state of WhatsApp");
static const struct shape shape_plan = {
    .kind = SHAPE_VALUE,
    .size_bytes = sizeof(struct value),
    .rule = {.type = VALUE_CHOICE, .what = "a plan", .words = plan_words, .offered = 3},
};
static const struct shape shape_account_status = CHOICE(account_words, "a status of an account");

static const struct field account_fields[] = {
    {"plan", &shape_plan, MEMBER(struct account, plan), 0, 0},
    {"status", &shape_account_status, MEMBER(struct account, status), 0, 0},
    {"balance", &shape_text, MEMBER(struct account, balance), 0, 0},
    {"home", &shape_text, MEMBER(struct account, home), 0, 0},
    {"countries", &shape_texts, MEMBER(struct account, countries), 0, 0},
    {"sent-today", &shape_int, MEMBER(struct account, sent_today), 0, 0},
    {0},
};
static const struct shape shape_account_fields = {
    .kind = SHAPE_MAP,
    .name = "account",
    .what = "an account",
    .size_bytes = sizeof(struct account),
    .fields = account_fields,
};
const struct shape shape_account = {
    .kind = SHAPE_EITHER,
    .what = "a plan, or a map with plan, status, balance, home, countries, sent-today",
    .size_bytes = sizeof(struct account),
    .scalar = &shape_plan,
    .scalar_at = MEMBER(struct account, plan),
    .map = &shape_account_fields,
};

static const struct field person_fields[] = {
    {"number", &shape_text, MEMBER(struct person, number), 0, 1},
    {"country", &shape_text, MEMBER(struct person, country), 0, 1},
    {"line", &shape_line, MEMBER(struct person, line), 0, 0},
    {"verified", &shape_bool, MEMBER(struct person, verified), 0, 0},
    {"whatsapp", &shape_whatsapp, MEMBER(struct person, whatsapp), 0, 0},
    {"reachable", &shape_bool, MEMBER(struct person, reachable), 0, 0},
    {"opted-out", &shape_bool, MEMBER(struct person, opted_out), 0, 0},
    {0},
};
static const struct shape shape_one_person = {
    .kind = SHAPE_MAP,
    .name = "person",
    .what = "a person: a map with number, country, line, verified, …",
    .size_bytes = sizeof(struct person),
    .fields = person_fields,
    .groups = {{"at most one of number, country", false, false}},
};

/* Two people with one number would be one. */
static void judge_numbers(struct document *document, const struct people *people)
{
    for (size_t i = 1; i < people->count; i++) {
        const struct value *number = &people->items[i].number;
        for (size_t j = 0; j < i && value_given(number); j++) {
            const struct value *other = &people->items[j].number;
            if (value_given(other) && text_equal(number->written, other->written))
                document_error(document, number->at,
                               "this is the number of '%.*s'; give each person one of their own",
                               TEXT_ARGS(text_first(people->items[j].name, 60)));
        }
    }
}

/* A person's name is a variable's name too. */
static void judge_people(struct document *document, void *made)
{
    static const char *const taken[] = {"policy", "port", "twilio"};
    const struct people *people = made;
    judge_numbers(document, people);
    for (size_t i = 0; i < people->count; i++) {
        for (size_t j = 0; j < sizeof taken / sizeof taken[0]; j++) {
            if (text_is(people->items[i].name, taken[j]))
                document_error(document, people->items[i].at,
                               "$%s is a variable of the language; name the person otherwise", taken[j]);
        }
    }
}

const struct shape shape_people = {
    .kind = SHAPE_NAMED,
    .what = "a map of persons",
    .size_bytes = sizeof(struct people),
    .item = &shape_one_person,
    .keys = KEY_NAME,
    .item_bytes = sizeof(struct person),
    .name_at = MEMBER(struct person, name),
    .item_at = 0,
    .judge = judge_people,
};

const struct person *people_find(const struct people *people, struct text name)
{
    for (size_t i = 0; i < people->count; i++) {
        if (text_equal(people->items[i].name, name))
            return &people->items[i];
    }
    return NULL;
}
