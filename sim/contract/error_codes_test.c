/* The table of errors: complete, without doubles, and with the texts of the wire. */
#include "test_support.h"
#include "error_codes.h"

/* Every number of reference/twilio-messaging.md 1.2, 1.3, 2.4, 3 and 12, and of the Messages table of 7. */
static const int expected_codes[] = {
    10002, 11200, 11205, 14107, 20003,  20004,  20005,  20006,  20007,  20008, 20009, 20010, 20403, 20404,
    20412, 20413, 20422, 20423, 20429,  20500,  20503,  20504,  21211,  21212, 21264, 21265, 21266, 21267,
    21268, 21404, 21408, 21421, 21422,  21450,  21452,  21470,  21481,  21601, 21602, 21603, 21604, 21605,
    21606, 21607, 21608, 21609, 21610,  21611,  21612,  21614,  21616,  21617, 21618, 21619, 21620, 21621,
    21622, 21623, 21624, 21626, 21635,  21653,  21654,  21655,  21656,  21657, 21658, 21659, 21660, 21661,
    21662, 21663, 21664, 21665, 21666,  21667,  21668,  21701,  21702,  21703, 21704, 21705, 21708, 21709,
    21710, 21711, 21712, 21910, 30001,  30002,  30003,  30004,  30005,  30006, 30007, 30008, 30010, 30017,
    30018, 30019, 30020, 30021, 30022,  30023,  30024,  30027,  30028,  30029, 30030, 30031, 30032, 30034,
    30035, 30036, 30037, 30038, 30039,  30040,  30041,  30042,  30043,  30044, 30045, 30046, 30409, 30410,
    30450, 30453, 30454, 30485, 30500,  35111,  35114,  35115,  35117,  35118, 35125, 35126, 60410, 60605,
    63001, 63003, 63005, 63006, 63007,  63009,  63010,  63012,  63013,  63015, 63016, 63017, 63018, 63019,
    63021, 63024, 63027, 63028, 63030,  63031,  63032,  63033,  63038,  63040, 63041, 63042, 63049, 63050,
    63051, 63058, 63112, 90010, 572002, 572003, 572005, 572006, 575001,
};

static void every_code_of_the_reference_has_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(expected_codes); i++)
        if (error_code_find(expected_codes[i]) == NULL)
            fail_msg("%d has no row", expected_codes[i]);
    /* 20003 has four. */
    assert_int_equal(error_code_count(), COUNT_OF(expected_codes) + 3);
    assert_null(error_code_find(21999));
    assert_null(error_code_find(0));
}

static void no_row_stands_there_twice(void **state)
{
    (void)state;
    for (size_t a = 0; a < error_code_count(); a++) {
        for (size_t b = a + 1; b < error_code_count(); b++) {
            const struct error_code *one = error_code_at(a), *other = error_code_at(b);
            assert_string_not_equal(one->name, other->name);
            if (one->code == other->code && strcmp(one->message, other->message) == 0)
                fail_msg("%s and %s are the same", one->name, other->name);
        }
    }
}

static void the_numbers_ascend(void **state)
{
    (void)state;
    for (size_t i = 1; i < error_code_count(); i++)
        assert_true(error_code_at(i - 1)->code <= error_code_at(i)->code);
}

static void every_row_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < error_code_count(); i++) {
        const struct error_code *row = error_code_at(i);
        bool sync = row->when == WHEN_SYNC || row->when == WHEN_BOTH;
        bool async = row->when == WHEN_ASYNC || row->when == WHEN_BOTH;
        assert_ptr_equal(error_code(row->id), row);
        assert_true(strlen(row->message) > 0 && strlen(row->source) > 0);
        assert_int_equal(sync, row->http_status >= 400 && row->http_status <= 599);
        assert_int_equal(async,
                         row->final_state == MESSAGE_FAILED || row->final_state == MESSAGE_UNDELIVERED);
        assert_true(sync || !row->http_confirmed);
        assert_true(async || !row->either_final_state);
        if (row->sureness == SURE_CAPTURED && sync && row->id != ERROR_TRIAL_FEATURE_MISSING)
            assert_true(row->http_confirmed);
    }
}

static const struct error_words words = {
    .to = {"+243810001234", 13},
    .from = {"+15005550006", 12},
    .account = {"AC00000000000000000000000000000001", 34},
    .url = {"http://localhost/x", 18},
    .path = {"/2010-04-01/Accounts.json", 25},
    .limit = 50,
};

static void text_is_written(const struct error_code *error, bool old_text, const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 4096);
    error_code_write(error, old_text, &words, &out);
    assert_text(text_buf_view(&out), expected);
    text_buf_release(&out);
}

static const struct {
    enum error_id id;
    int code, http_status;
    const char *text;
} wire_rows[] = {
    {ERROR_NO_CREDENTIALS, 20003, 401, "Authentication Error - No credentials provided"},
    {ERROR_WRONG_TOKEN, 20003, 401, "Authenticate"},
    {ERROR_INVALID_USERNAME, 20003, 401, "Authentication Error - invalid username"},
    {ERROR_TRIAL_FEATURE_MISSING, 20003, 403, "This feature is not available on a Trial account"},
    {ERROR_TEST_CREDENTIALS_FORBIDDEN, 20008, 403, "Resource not accessible with Test Account Credentials"},
    {ERROR_NOT_COMPLETE_YET, 20009, 409, "Cannot delete message because delivery has not been completed."},
    {ERROR_NOT_FOUND, 20404, 404, "The requested resource /2010-04-01/Accounts.json was not found"},
    {ERROR_TOO_MANY_REQUESTS, 20429, 429, "Too Many Requests"},
    {ERROR_TO_INVALID, 21211, 400, "Invalid 'To' Phone Number: +24381000XXXX"},
    {ERROR_FROM_INVALID, 21212, 400,
     "The 'From' number +15005550006 is not a valid phone number, shortcode, or alphanumeric sender ID."},
    {ERROR_TO_SHORT_CODE, 21265, 400, "'To' number cannot be a Short Code: +24381000XXXX"},
    {ERROR_TO_IS_FROM, 21266, 400, "'To' and 'From' number cannot be the same"},
    {ERROR_ALPHANUMERIC_ON_TRIAL, 21267, 400,
     "Alphanumeric Sender ID cannot be used as the 'From' number on trial accounts"},
    {ERROR_REGION_NOT_ENABLED, 21408, 400,
     "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: "
     "+24381000XXXX"},
    {ERROR_FROM_REQUIRED, 21603, 400, "A 'From' phone number is required."},
    {ERROR_TO_REQUIRED, 21604, 400, "A 'To' phone number is required."},
    {ERROR_BODY_REQUIRED, 21602, 400, "Message body is required."},
    {ERROR_FROM_NOT_OWNED, 21606, 400,
     "The From phone number +15005550006 is not a valid, SMS-capable inbound phone number or short code "
     "for your account."},
    {ERROR_TO_NOT_VERIFIED, 21608, 400,
     "The number +24381000XXXX is unverified. Trial accounts cannot send messages to unverified numbers; "
     "verify +24381000XXXX at twilio.com/user/account/phone-numbers/verified, or purchase a Twilio "
     "number "
     "to send messages to unverified numbers"},
    {ERROR_STATUS_CALLBACK_INVALID, 21609, 400,
     "The StatusCallback URL http://localhost/x is not a valid URL."},
    {ERROR_TO_UNSUBSCRIBED, 21610, 400, "Attempt to send to unsubscribed recipient"},
    {ERROR_QUEUE_FULL, 21611, 400, "SMS queue is full."},
    {ERROR_ROUTE_IMPOSSIBLE, 21612, 400,
     "The 'To' phone number: +243810001234, is not currently reachable using the 'From' phone number: "
     "+15005550006 via SMS."},
    {ERROR_TO_NOT_MOBILE, 21614, 400, "To number: +243810001234, is not a mobile number"},
    {ERROR_BODY_TOO_LONG, 21617, 400, "The concatenated message body exceeds the 1600 character limit."},
    {ERROR_FROM_NOT_TWILIO, 21659, 400,
     "'From' +15005550006 is not a Twilio phone number or Short Code country mismatch"},
    {ERROR_FROM_OTHER_ACCOUNT, 21660, 400,
     "Mismatch between the 'From' number +15005550006 and the account "
     "AC00000000000000000000000000000001"},
    {ERROR_SERVICE_UNKNOWN, 21701, 404, "The Messaging Service does not exist"},
    {ERROR_CHANNEL_MISMATCH, 21910, 400,
     "Invalid From and To pair. From and To should be of the same channel"},
    {ERROR_CHANNEL_FROM_UNKNOWN, 63007, 400,
     "Twilio could not find a Channel with the specified From address"},
    {ERROR_DAILY_CAP, 63038, 429,
     "Account AC00000000000000000000000000000001 exceeded the 50 daily messages limit"},
    {ERROR_UNITS_NO_TRIAL_NUMBER, 572002, 422,
     "No Twilio trial phone number is assigned for messaging to this destination number. Please add the "
     "'to' number as a verified recipient."},
    {ERROR_UNITS_TEMPLATE_INVALID, 572006, 400,
     "Invalid template name. Trial accounts can only use predefined SMS templates."},
};

static void the_texts_are_those_of_the_wire(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wire_rows); i++) {
        assert_int_equal(error_code(wire_rows[i].id)->code, wire_rows[i].code);
        assert_int_equal(error_code(wire_rows[i].id)->http_status, wire_rows[i].http_status);
        text_is_written(error_code(wire_rows[i].id), false, wire_rows[i].text);
    }
}

static void test_credentials_get_the_old_texts(void **state)
{
    (void)state;
    text_is_written(error_code(ERROR_TO_INVALID), true,
                    "The 'To' number +243810001234 is not a valid phone number.");
    text_is_written(error_code(ERROR_REGION_NOT_ENABLED), true,
                    "Permission to send an SMS has not been enabled for the region indicated by the 'To' "
                    "number: +243810001234.");
    text_is_written(error_code(ERROR_TO_UNSUBSCRIBED), true,
                    "The message From/To pair violates a blacklist rule.");
    text_is_written(error_code(ERROR_TO_NOT_MOBILE), true,
                    "To number: +243810001234, is not a mobile number");
}

static void every_text_can_be_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < error_code_count(); i++) {
        struct text_buf out;
        text_buf_init(&out, 4096);
        error_code_write(error_code_at(i), false, &words, &out);
        error_code_write(error_code_at(i), true, &words, &out);
        assert_true(out.len > 0 && memchr(out.at, '{', out.len) == NULL);
        text_buf_release(&out);
    }
}

static void a_placeholder_in_a_value_stays_as_it_is(void **state)
{
    (void)state;
    struct error_words odd = {.url = TEXT("{to}")};
    struct text_buf out;
    text_buf_init(&out, 4096);
    error_code_write(error_code(ERROR_STATUS_CALLBACK_INVALID), false, &odd, &out);
    assert_text(text_buf_view(&out), "The StatusCallback URL {to} is not a valid URL.");
    text_buf_release(&out);
}

static void the_last_four_digits_are_masked(void **state)
{
    (void)state;
    static const struct {
        const char *number, *masked;
    } rows[] = {
        {"+818040221234", "+81804022XXXX"},
        {"whatsapp:+243810000001", "whatsapp:+24381000XXXX"},
        {"+1 (403) 555-12-34", "+1 (403) 555-XX-XX"},
        {"12", "XX"},
        {"+", "+"},
        {"", ""},
        {"hello", "hello"},
        {"12345 ext", "1XXXX ext"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text_buf out;
        text_buf_init(&out, 100);
        error_code_mask(text_of(rows[i].number), &out);
        assert_text(text_buf_view(&out), rows[i].masked);
        text_buf_release(&out);
    }
}

static void a_failure_comes_with_its_status_and_nature(void **state)
{
    (void)state;
    static const struct {
        int code;
        enum error_when when;
        enum message_state final_state;
        enum error_nature nature;
    } rows[] = {
        {30003, WHEN_ASYNC, MESSAGE_UNDELIVERED, NATURE_TEMPORARY},
        {30007, WHEN_ASYNC, MESSAGE_UNDELIVERED, NATURE_PERMANENT},
        {30001, WHEN_ASYNC, MESSAGE_FAILED, NATURE_TEMPORARY},
        {63003, WHEN_ASYNC, MESSAGE_UNDELIVERED, NATURE_PERMANENT},
        {63016, WHEN_ASYNC, MESSAGE_FAILED, NATURE_PERMANENT},
        {21610, WHEN_BOTH, MESSAGE_FAILED, NATURE_PERMANENT},
        {21608, WHEN_SYNC, MESSAGE_NONE, NATURE_PERMANENT},
        {20429, WHEN_SYNC, MESSAGE_NONE, NATURE_TEMPORARY},
        {63038, WHEN_SYNC, MESSAGE_NONE, NATURE_TEMPORARY},
        {11200, WHEN_DEBUGGER, MESSAGE_NONE, NATURE_TEMPORARY},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct error_code *row = error_code_find(rows[i].code);
        assert_int_equal(row->when, rows[i].when);
        assert_int_equal(row->final_state, rows[i].final_state);
        assert_int_equal(row->nature, rows[i].nature);
    }
}

static void the_enums_have_names_for_listings(void **state)
{
    (void)state;
    const struct error_code *row = error_code(ERROR_TO_NOT_VERIFIED);
    assert_string_equal(row->name, "ERROR_TO_NOT_VERIFIED");
    assert_string_equal(error_sureness_name(row->sureness), "captured");
    assert_string_equal(error_sureness_name(SURE_REPORTED), "reported");
    assert_string_equal(error_nature_name(row->nature), "permanent");
    assert_string_equal(error_nature_name(NATURE_TEMPORARY), "temporary");
    assert_string_equal(error_scope_name(row->scope), "trial");
    assert_string_equal(error_scope_name(SCOPE_SANDBOX), "sandbox");
    assert_string_equal(error_when_name(row->when), "sync");
    assert_string_equal(error_when_name(WHEN_DEBUGGER), "debugger");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_of_the_reference_has_a_row),
        cmocka_unit_test(no_row_stands_there_twice),
        cmocka_unit_test(the_numbers_ascend),
        cmocka_unit_test(every_row_is_sound),
        cmocka_unit_test(the_texts_are_those_of_the_wire),
        cmocka_unit_test(test_credentials_get_the_old_texts),
        cmocka_unit_test(every_text_can_be_written),
        cmocka_unit_test(a_placeholder_in_a_value_stays_as_it_is),
        cmocka_unit_test(the_last_four_digits_are_masked),
        cmocka_unit_test(a_failure_comes_with_its_status_and_nature),
        cmocka_unit_test(the_enums_have_names_for_listings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
