/* The lines that people read. */
#include "test_support.h"

#include "message_line.h"

static void check_message(const char *channel, const char *body, bool color, const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 4096);
    message_line_put(&out, text_of(channel), TEXT("+243810000001"), text_of(body), color);
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
}

static void a_message_shows_its_code_in_a_column_of_its_own(void **state)
{
    (void)state;
    check_message("sms", "Code 482913", false, "sms       +243810000001  482913    Code 482913");
    check_message("whatsapp", "12345678", false, "whatsapp  +243810000001  12345678  12345678");
    check_message("sms", "Bonjour", false, "sms       +243810000001  -         Bonjour");
    check_message("sms", "Code 1234", true, "sms       +243810000001  \x1b[1m1234\x1b[0m      Code 1234");
    check_message("sms", "Bonjour", true, "sms       +243810000001  -         Bonjour");
}

static void what_a_person_writes_back_names_the_person(void **state)
{
    (void)state;
    struct text_buf out;
    text_buf_init(&out, 4096);
    message_line_put_reply(&out, TEXT("sms"), TEXT("+243810000001"), TEXT("STOP\n"));
    assert_string_equal(text_buf_z(&out), "sms       +243810000001  wrote     STOP ");
    text_buf_release(&out);
}

static void control_characters_move_nobodys_cursor(void **state)
{
    (void)state;
    check_message("sms", "a\nb\x1b[2J\x7f", false, "sms       +243810000001  -         a b [2J ");
    check_message("sms",
                  "caf\xC3\xA9\xC2\x9B"
                  "2J\xC2\x85z\xC2\xA0",
                  false, "sms       +243810000001  -         caf\xC3\xA9 2J z\xC2\xA0");
}

static void check_trouble(struct message_trouble trouble, bool color, const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 4096);
    message_line_put_trouble(&out, &trouble, color);
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
}

static void a_trouble_names_the_account_the_limit_and_what_it_does_not_know(void **state)
{
    (void)state;
    struct message_trouble trouble = {.channel = TEXT("sms"),
                                      .to = TEXT("+243810000001"),
                                      .from = TEXT("+15005550006"),
                                      .account = TEXT("AC1"),
                                      .what = TEXT("refused"),
                                      .code = 21660};
    check_trouble(trouble, false,
                  "sms       +243810000001  refused   21660  Mismatch between the 'From' number +15005550006 "
                  "and the account AC1");
    trouble.code = 63038;
    check_trouble(
        trouble, false,
        "sms       +243810000001  refused   63038  Account AC1 exceeded the 50 daily messages limit");
    trouble.code = 21609;
    check_trouble(trouble, false,
                  "sms       +243810000001  refused   21609  The StatusCallback URL of the request is not a "
                  "valid URL.");
}

static void control_characters_of_a_refused_request_move_nobodys_cursor(void **state)
{
    (void)state;
    check_trouble(
        (struct message_trouble){
            .channel = TEXT("sms"), .to = TEXT("1\x1b[2J"), .what = TEXT("refused"), .code = 21211},
        false, "sms       1 [2J  refused   21211  Invalid 'To' Phone Number: X [XJ");
}

static void a_trouble_shows_its_code_and_what_it_means(void **state)
{
    (void)state;
    check_trouble(
        (struct message_trouble){
            .channel = TEXT("sms"), .to = TEXT("+243810000001"), .what = TEXT("undelivered"), .code = 30003},
        false, "sms       +243810000001  undelivered  30003  Unreachable destination handset");
    check_trouble((struct message_trouble){.method = TEXT("GET"),
                                           .path = TEXT("/2010-04-01/Accounts"),
                                           .what = TEXT("refused"),
                                           .code = 20003},
                  true, "GET /2010-04-01/Accounts  \x1b[31mrefused\x1b[0m   20003  Authenticate");
    check_trouble((struct message_trouble){.channel = TEXT("sms"),
                                           .to = TEXT("+243810000001"),
                                           .what = TEXT("lost"),
                                           .detail = TEXT("wire reset")},
                  false, "sms       +243810000001  lost      wire reset");
    check_trouble(
        (struct message_trouble){
            .channel = TEXT("sms"), .to = TEXT("+243810000001"), .what = TEXT("refused"), .code = 99999},
        false, "sms       +243810000001  refused   99999"); /* no such row */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_shows_its_code_in_a_column_of_its_own),
        cmocka_unit_test(what_a_person_writes_back_names_the_person),
        cmocka_unit_test(control_characters_move_nobodys_cursor),
        cmocka_unit_test(a_trouble_names_the_account_the_limit_and_what_it_does_not_know),
        cmocka_unit_test(control_characters_of_a_refused_request_move_nobodys_cursor),
        cmocka_unit_test(a_trouble_shows_its_code_and_what_it_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
