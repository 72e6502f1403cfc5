/* What a person at the terminal sees. */
#include "test_support.h"

#include "code_printer.h"
#include "mem.h"

static void add_message(struct sim *sim, const char *channel, const char *body)
{
    struct text texts[] = {
        TEXT("SM1"),           TEXT("twilio"),       text_of(channel), TEXT("outbound-api"), TEXT("AC1"),
        TEXT("+243810000001"), TEXT("+15005550006"), text_of(body),    TEXT("queued"),       TEXT("RQ1")};
    sim_lock(sim);
    journal_add(&sim->journal, JOURNAL_MESSAGE, journal_now(), 1, texts, (int64_t[]){1});
    sim_unlock(sim);
}

static void add_call(struct sim *sim, int64_t code)
{
    struct text texts[JOURNAL_TEXTS_MAX] = {[7] = TEXT("+243810000001"), [8] = TEXT("sms")};
    sim_lock(sim);
    journal_add(&sim->journal, JOURNAL_CALL, journal_now(), 1, texts,
                (int64_t[]){0, 400, code, JOURNAL_NULL});
    sim_unlock(sim);
}

static void each_message_is_a_line_with_its_code(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    struct fail why = {0};
    FILE *out = open_memstream(&text, &len);
    struct sim *sim = sim_new(&(struct sim_settings){0}, &why);
    struct code_printer *printer = code_printer_new(sim, 0, out);
    add_message(sim, "sms", "Votre code est 482913");
    code_printer_look(printer);
    add_call(sim, JOURNAL_NULL);
    add_call(sim, 21608);
    add_message(sim, "whatsapp", "Bonjour\n\x1b[2J");
    code_printer_free(printer);
    fclose(out);
    assert_string_equal(
        text, "twilio-sim: sms       +243810000001  482913    Votre code est 482913\n"
              "twilio-sim: sms       +243810000001  refused   21608  The number +24381000XXXX is unverified. "
              "Trial accounts cannot send messages to unverified numbers; verify +24381000XXXX at "
              "twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number to send "
              "messages to unverified numbers\n"
              "twilio-sim: whatsapp  +243810000001  -         Bonjour  [2J\n");
    free(text);
    sim_free(sim);
}

static void a_very_long_message_is_cut(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    struct fail why = {0};
    static char body[6000];
    memset(body, 'x', sizeof body - 1);
    FILE *out = open_memstream(&text, &len);
    struct sim *sim = sim_new(&(struct sim_settings){0}, &why);
    struct code_printer *printer = code_printer_new(sim, 0, out);
    add_message(sim, "sms", body);
    code_printer_free(printer);
    fclose(out);
    assert_in_range(len, 4096, 4200);
    assert_int_equal(text[len - 1], '\n');
    free(text);
    sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_is_a_line_with_its_code),
        cmocka_unit_test(a_very_long_message_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
