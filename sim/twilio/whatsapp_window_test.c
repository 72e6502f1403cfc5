/* WhatsApp's window of 24 hours and the sandbox's session of 72, in virtual time: free text is refused by the
 * status outside of them (63016, 63015), a template is not. */
#include "test_client.h"

#include "test_clock.h"

#define AWA     "+243810000001"
#define SANDBOX "%2B14155238886"
#define OWN     "%2B15005550006"

enum { HOUR_MS = 3600000 };

static struct client client;

static struct person *awa(enum whatsapp_state whatsapp)
{
    struct person person = {.e164 = AWA, .reachable = true, .whatsapp = whatsapp};
    return account_set_person(sim_account(client.sim), &client.sim->ids, &person, clock_wall_ms());
}

/* The code that its status carries at the end, 0 when it arrived. */
static int fate(const char *from, const char *content)
{
    char form[256], path[128];
    snprintf(form, sizeof form, "To=whatsapp%%3A%%2B243810000001&From=whatsapp%%3A%s&%s", from, content);
    assert_int_equal(ask(&client, "POST", "/Messages.json", form), 201);
    snprintf(path, sizeof path, "/Messages/%s.json", client_json(&client, "sid"));
    assert_int_equal(ask(&client, "GET", path, NULL), 200);
    int code = (int)json_integer_value(json_object_get(client_object(&client), "error_code"));
    assert_string_equal(client_json(&client, "status"), code == 0 ? "delivered" : "failed");
    return code;
}

#define TEXT_FORM     "Body=482913"
#define TEMPLATE_FORM "ContentSid=HX00000000000000000000000000000001"

static void open_with(const char *whatsapp)
{
    test_clock_start(1781630970000);
    client_start(&client, &(struct sim_settings){.account = {.whatsapp = text_of(whatsapp)}});
}

static void close_all(void)
{
    client_stop(&client);
    test_clock_stop();
}

static void who_joined_gets_free_text_for_24_hours(void **state)
{
    (void)state;
    open_with("+14155238886");
    struct person *person = awa(WHATSAPP_JOINED);
    person_join_sandbox(person, clock_mono_ms());
    assert_int_equal(fate(SANDBOX, TEXT_FORM), 0);
    test_clock_jump(24 * HOUR_MS - 1);
    assert_int_equal(fate(SANDBOX, TEXT_FORM), 0);
    test_clock_jump(1);
    assert_int_equal(fate(SANDBOX, TEXT_FORM), 63016);
    assert_int_equal(fate(SANDBOX, TEMPLATE_FORM), 0);
    person_open_window(person, clock_mono_ms());
    assert_int_equal(fate(SANDBOX, TEXT_FORM), 0);
    close_all();
}

static void a_join_holds_for_72_hours_and_a_message_does_not_prolong_it(void **state)
{
    (void)state;
    open_with("+14155238886");
    struct person *person = awa(WHATSAPP_JOINED);
    person_join_sandbox(person, clock_mono_ms());
    test_clock_jump(71 * HOUR_MS);
    person_open_window(person, clock_mono_ms());
    test_clock_jump(HOUR_MS - 1);
    assert_int_equal(fate(SANDBOX, TEXT_FORM), 0);
    test_clock_jump(1);
    assert_int_equal(fate(SANDBOX, TEXT_FORM), 63015);
    assert_int_equal(fate(SANDBOX, TEMPLATE_FORM), 63015);
    person_join_sandbox(person, clock_mono_ms());
    assert_int_equal(fate(SANDBOX, TEXT_FORM), 0);
    close_all();
}

static void a_sender_of_ones_own_needs_no_join_but_the_window(void **state)
{
    (void)state;
    open_with("+15005550006");
    struct person *person = awa(WHATSAPP_OUTSIDE_WINDOW);
    assert_int_equal(fate(OWN, TEXT_FORM), 63016);
    assert_int_equal(fate(OWN, TEMPLATE_FORM), 0);
    person_open_window(person, clock_mono_ms());
    assert_int_equal(fate(OWN, TEXT_FORM), 0);
    test_clock_jump(24 * HOUR_MS);
    assert_int_equal(fate(OWN, TEXT_FORM), 63016);
    close_all();
}

static void where_nothing_is_said_the_window_never_closes(void **state)
{
    (void)state;
    open_with("+15005550006");
    assert_int_equal(fate(OWN, TEXT_FORM), 0);
    person_open_window(awa(WHATSAPP_OPEN), clock_mono_ms());
    test_clock_jump(1000LL * HOUR_MS);
    assert_int_equal(fate(OWN, TEXT_FORM), 0);
    close_all();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_joined_gets_free_text_for_24_hours),
        cmocka_unit_test(a_join_holds_for_72_hours_and_a_message_does_not_prolong_it),
        cmocka_unit_test(a_sender_of_ones_own_needs_no_join_but_the_window),
        cmocka_unit_test(where_nothing_is_said_the_window_never_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
