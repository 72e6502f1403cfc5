/* Cloud Logging's language on lines as Cloud Run writes them. */
#include "test_support.h"

#include "log_entry.h"
#include "log_filter.h"

static const char entry[] = "{\"severity\":\"WARNING\",\"message\":\"Falling back to SMS\",\"code\":63003,"
                            "\"to\":{\"country\":\"CD\"},\"late\":false}";

static void a_filter_holds_or_not(void **state)
{
    (void)state;
    static const struct {
        const char *filter;
        const char *line;
        bool holds;
    } rows[] = {
        {"severity=WARNING", entry, true},
        {"severity=\"warning\"", entry, true},
        {"severity>=WARNING", entry, true},
        {"severity>WARNING", entry, false},
        {"severity<ERROR", entry, true},
        {"severity!=ERROR", entry, true},
        {"severity<=INFO", entry, false},
        {"jsonPayload.code=63003", entry, true},
        {"jsonPayload.code>63002", entry, true},
        {"jsonPayload.code>=9", entry, true},
        {"jsonPayload.code<9", entry, false},
        {"jsonPayload.message:\"back to\"", entry, true},
        {"message:sms", entry, true},
        {"jsonPayload.to.country=CD", entry, true},
        {"jsonPayload.late=false", entry, true},
        {"jsonPayload.missing=1", entry, false},
        {"NOT jsonPayload.missing=1", entry, true},
        {"jsonPayload.missing!=1", entry, false},
        {"message=~\"^Falling .* SMS$\"", entry, true},
        {"message!~SMS", entry, false},
        {"\"falling back\"", entry, true},
        {"falling severity=ERROR", entry, false},
        {"severity=ERROR OR severity=WARNING", entry, true},
        {"severity=ERROR OR severity=WARNING AND jsonPayload.code=1", entry, false},
        {"jsonPayload.code=1 AND severity=ERROR OR severity=WARNING", entry, false},
        {"(jsonPayload.code=1 AND severity=ERROR) OR severity=WARNING", entry, true},
        {"-severity=ERROR", entry, true},
        {"NOT (severity=WARNING OR severity=ERROR)", entry, false},
        {"textPayload:boom", "it went boom", true},
        {"severity=DEFAULT", "it went boom", true},
        {"severity>=INFO", "it went boom", false},
        {"textPayload:\"a \\\"quoted\\\" word\"", "a \"quoted\" word", true},
        {"textPayload:x", "[1,2]", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        struct log_filter *filter = log_filter_new(text_of(rows[i].filter), &why);
        if (filter == NULL)
            fail_msg("%s: %s", rows[i].filter, why.text);
        struct log_entry_form form = {0};
        json_t *read = log_entry_read(&form, text_of(rows[i].line));
        if (log_filter_holds(filter, read, text_of(rows[i].line)) != rows[i].holds)
            fail_msg("%s: expected %d", rows[i].filter, rows[i].holds);
        json_decref(read);
        log_filter_free(filter);
    }
}

static void severity_and_message_come_from_where_the_profile_says(void **state)
{
    (void)state;
    static const char line[] = "{\"level\":\"error\",\"msg\":{\"text\":\"boom\"},\"message\":\"kept\"}";
    struct fail why = {0};
    struct log_entry_form form = {.severity = jq_filter_new(TEXT(".level | ascii_upcase"), &why),
                                  .message = jq_filter_new(TEXT(".msg.text"), &why)};
    json_t *entry_read = log_entry_read(&form, text_of(line));
    assert_text(json_text(entry_read, "severity"), "ERROR");
    assert_text(json_text(entry_read, "message"), "boom");
    json_decref(entry_read);
    entry_read = log_entry_read(&form, TEXT("no json"));
    assert_text(json_text(entry_read, "severity"), "DEFAULT");
    assert_text(json_text(entry_read, "textPayload"), "no json");
    json_decref(entry_read);
    log_entry_form_release(&form);
}

static void a_broken_filter_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *filter;
        const char *why;
    } rows[] = {
        {"", "filter: it is empty"},
        {"severity=", "filter: a value is wanted at ''"},
        {"(severity=ERROR", "filter: ')' is wanted at ''"},
        {"severity=ERROR)", "filter: ')' is not understood"},
        {"message=\"open", "filter: a quote is not closed"},
        {"sample(insertId, 0.5)", "filter: functions (sample) are not understood"},
        {"severity=ERROR AND", "filter: a value is wanted at ''"},
        {"severity=ERROR OR =", "filter: a value is wanted at '='"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        assert_null(log_filter_new(text_of(rows[i].filter), &why));
        assert_string_equal(why.text, rows[i].why);
    }
    struct fail why = {0};
    assert_null(log_filter_new(TEXT("message=~\"(\""), &why));
    assert_true(why.set);
}

static void size_and_depth_are_bounded(void **state)
{
    (void)state;
    struct text_buf wide, deep;
    struct fail too_many = {0}, too_deep = {0};
    text_buf_init(&wide, 4096);
    text_buf_init(&deep, 4096);
    for (int i = 0; i <= LOG_FILTER_TERMS_MAX; i++)
        text_put_z(&wide, "x ");
    for (int i = 0; i <= LOG_FILTER_DEPTH_MAX; i++)
        text_put_char(&deep, '(');
    assert_null(log_filter_new(text_buf_view(&wide), &too_many));
    assert_string_equal(too_many.text, "filter: more than 64 terms");
    assert_null(log_filter_new(text_buf_view(&deep), &too_deep));
    assert_string_equal(too_deep.text, "filter: more than 16 levels");
    text_buf_release(&wide);
    text_buf_release(&deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filter_holds_or_not),
        cmocka_unit_test(severity_and_message_come_from_where_the_profile_says),
        cmocka_unit_test(a_broken_filter_says_where),
        cmocka_unit_test(size_and_depth_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
