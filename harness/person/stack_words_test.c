/* A line for each thing that a stack tells. */
#include "stack_words.h"

#include "test_support.h"

static void assert_line(const char *note, bool colour, const char *line)
{
    struct fail why = {0};
    json_t *json = NULL;
    struct text_buf out;
    if (!json_read(text_of(note), "note", &json, &why))
        fail_msg("%s", why.text);
    text_buf_init(&out, 4096);
    stack_words_put(&out, json, colour);
    assert_text(text_buf_view(&out), line);
    text_buf_release(&out);
    json_decref(json);
}

static void each_note_is_a_line(void **state)
{
    (void)state;
    static const struct {
        const char *note, *line;
    } rows[] = {
        {"{\"kind\":\"message\",\"wall_ms\":1781630970000,\"channel\":\"sms\",\"to\":\"+243810000001\","
         "\"code_text\":\"482913\",\"text\":\"Your code is 482913\"}",
         "17:29:30  sms       +243810000001  482913  Your code is 482913\n"},
        {"{\"kind\":\"message\",\"wall_ms\":1781630970000,\"channel\":\"sms\",\"direction\":\"inbound\","
         "\"from\":\"+243810000001\",\"text\":\"STOP\"}",
         "17:29:30  sms       +243810000001  <  STOP\n"},
        {"{\"kind\":\"call\",\"wall_ms\":1781630970000,\"channel\":\"whatsapp\",\"to\":\"+243810000001\","
         "\"code\":63016}",
         "17:29:30  whatsapp  +243810000001  refused  63016\n"},
        {"{\"kind\":\"call\",\"channel\":\"sms\",\"to\":\"+243810000001\",\"code\":null}", ""},
        {"{\"kind\":\"status\",\"sid\":\"SM1\",\"status\":\"undelivered\",\"code\":30008}",
         "SM1  undelivered  30008\n"},
        {"{\"kind\":\"status\",\"sid\":\"SM1\",\"status\":\"delivered\",\"code\":null}", ""},
        {"{\"note\":\"log\",\"process\":\"backend\",\"text\":\"listening\"}", "backend | listening\n"},
        {"{\"note\":\"refused\",\"target\":\"api.example.com\",\"protocol\":\"dns\"}",
         "the sandbox refused api.example.com (dns)\n"},
        {"{\"note\":\"refused\",\"target\":\"198.51.100.7\",\"port\":443,\"protocol\":\"tcp\"}",
         "the sandbox refused 198.51.100.7 port 443 (tcp)\n"},
        {"{\"note\":\"ended\",\"text\":\"redis ended with signal 9\\nlast\\n\"}",
         "redis ended with signal 9\n    last\n"},
        {"{\"note\":\"other\"}", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_line(rows[i].note, false, rows[i].line);
}

static void a_terminal_gets_colours_and_no_control_characters(void **state)
{
    (void)state;
    assert_line("{\"note\":\"log\",\"process\":\"backend\",\"text\":\"a\\u001b[2Jb\"}", true,
                "\033[2mbackend | a\\x1B[2Jb\033[0m\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_note_is_a_line),
        cmocka_unit_test(a_terminal_gets_colours_and_no_control_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
