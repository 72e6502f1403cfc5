/* /sim/v1/accounts, /reset and /people. */
#include "test_control.h"

static void an_account_is_made_listed_and_used_as_the_scope(void **state)
{
    (void)state;
    char path[128];
    struct desk desk;
    desk_open(&desk);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/accounts", "{\"plan\":\"trial-legacy\",\"home\":\"FR\"}"),
                     201);
    assert_string_equal(desk_json(&desk, "plan"), "trial-legacy");
    assert_string_equal(desk_json(&desk, "whatsapp"), "+14155238886");
    snprintf(path, sizeof path, "/sim/v1/people?account=%s", desk_json(&desk, "account_sid"));
    assert_int_equal(tell(&desk, "POST", path, "{\"name\":\"zoe\"}"), 201);
    assert_string_equal(desk_json(&desk, "country"), "FR");
    tell(&desk, "GET", "/sim/v1/people", NULL);
    assert_string_equal(desk_text(&desk), "{\"people\":[]}\n");
    tell(&desk, "GET", path, NULL);
    assert_int_equal(json_array_size(json_object_get(desk_object(&desk), "people")), 1);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/accounts", NULL), 200);
    const json_t *accounts = json_object_get(desk_object(&desk), "accounts");
    assert_int_equal(json_array_size(accounts), 2);
    assert_text(json_text(json_array_get(accounts, 0), "account_sid"), DESK_SID);
    desk_close(&desk);
}

static void a_reset_forgets_people_and_takes_a_setup(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\"}");
    tell(&desk, "POST", "/sim/v1/faults", "{\"status\":503}");
    desk_message(&desk, "+243810000001", "x", MESSAGE_DELIVERED);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/reset", "{\"plan\":\"trial-legacy\",\"sent-today\":49}"),
                     200);
    assert_string_equal(desk_json(&desk, "account_sid"), DESK_SID);
    assert_int_equal(desk_number(&desk, "sent_today"), 49);
    tell(&desk, "GET", "/sim/v1/people", NULL);
    assert_string_equal(desk_text(&desk), "{\"people\":[]}\n");
    tell(&desk, "GET", "/sim/v1/faults", NULL);
    assert_string_equal(desk_text(&desk), "{\"faults\":[]}\n");
    tell(&desk, "GET", "/sim/v1/messages", NULL);
    assert_string_equal(desk_text(&desk), "{\"messages\":[],\"dropped\":0}\n");
    assert_int_equal(tell(&desk, "POST", "/sim/v1/reset", NULL), 200);
    assert_string_equal(desk_json(&desk, "plan"), "paid");
    assert_string_equal(desk_json(&desk, "account_sid"), DESK_SID);
    desk_close(&desk);
}

static void a_setup_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
    } rows[] = {
        {"{\"plans\":\"paid\"}", "unknown key 'plans'; did you mean 'plan'?"},
        {"{\"plan\":1}", "plan: a text is wanted"},
        {"{\"plan\":\"gold\"}", "plan: 'gold' is not one of paid, test, trial-legacy"},
        {"{\"plan\":\"trial-units\"}", "plan: trial-units is not in this version"},
        {"{\"status\":\"gone\"}", "status: 'gone' is not one of active, suspended, closed"},
        {"{\"balance\":15.5}", "balance: a text is wanted"},
        {"{\"balance\":\"lots\"}", "balance: 'lots' is not an amount such as 15.50"},
        {"{\"home\":\"XX\"}", "home: 'XX' is no ISO country code"},
        {"{\"countries\":\"CD\"}", "countries: a list of ISO country codes is wanted"},
        {"{\"countries\":[1]}", "countries: item 0 is no text"},
        {"{\"countries\":[\"CD\",\"XX\"]}", "countries: 'XX' is no ISO country code"},
        {"{\"countries\":[\"CD,FR\"]}", "countries: 'CD,FR' is no ISO country code"},
        {"{\"sent-today\":\"4\"}", "sent-today: a whole number is wanted"},
        {"{\"sent-today\":-1}", "sent-today: a whole number is wanted"},
        {"{\"sid\":\"AC1\"}", "account SID 'AC1' is not AC and 32 hex digits"},
        {"{\"number\":\"12\"}", "number: '12' is not + and 7 to 15 digits"},
    };
    static const char *const paths[] = {"/sim/v1/accounts", "/sim/v1/reset"};
    struct desk desk;
    desk_open(&desk);
    for (size_t p = 0; p < COUNT_OF(paths); p++) {
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            char expected[256];
            snprintf(expected, sizeof expected, "twilio-sim: %s\n", rows[i].text);
            assert_int_equal(tell(&desk, "POST", paths[p], rows[i].body), 400);
            assert_string_equal(desk_text(&desk), expected);
        }
    }
    assert_int_equal(desk.sim->accounts.count, 1);
    assert_int_equal(desk.sim->generation, 0);
    desk_close(&desk);
}

static void a_person_has_what_was_given_and_defaults_for_the_rest(void **state)
{
    (void)state;
    static const struct {
        const char *given, *answer;
    } rows[] = {
        {"{\"name\":\"awa\",\"number\":\"+243810000001\"}",
         "{\"name\":\"awa\",\"number\":\"+243810000001\",\"country\":\"CD\",\"line\":\"mobile\","
         "\"verified\":false,\"reachable\":true,\"opted-out\":false,\"national\":\"810000001\","
         "\"whatsapp\":true}\n"},
        {"{\"name\":\"ben\",\"number\":\"+243810000002\",\"line\":\"landline\",\"verified\":true,"
         "\"reachable\":false,\"opted-out\":true,\"whatsapp\":false}",
         "{\"name\":\"ben\",\"number\":\"+243810000002\",\"country\":\"CD\",\"line\":\"landline\","
         "\"verified\":true,\"reachable\":false,\"opted-out\":true,\"national\":\"810000002\","
         "\"whatsapp\":false}\n"},
        {"{\"number\":\"+33612345678\",\"whatsapp\":\"joined\"}",
         "{\"name\":\"\",\"number\":\"+33612345678\",\"country\":\"FR\",\"line\":\"mobile\","
         "\"verified\":false,\"reachable\":true,\"opted-out\":false,\"national\":\"612345678\","
         "\"whatsapp\":\"joined\"}\n"},
        {"{\"number\":\"+33612345679\",\"whatsapp\":\"outside-window\"}",
         "{\"name\":\"\",\"number\":\"+33612345679\",\"country\":\"FR\",\"line\":\"mobile\","
         "\"verified\":false,\"reachable\":true,\"opted-out\":false,\"national\":\"612345679\","
         "\"whatsapp\":\"outside-window\"}\n"},
    };
    struct desk desk;
    desk_open(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tell(&desk, "POST", "/sim/v1/people", rows[i].given), 201);
        assert_string_equal(desk_text(&desk), rows[i].answer);
    }
    desk_close(&desk);
}

static void a_person_without_a_number_gets_one_that_nobody_has(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\"}"), 201);
    assert_string_equal(desk_json(&desk, "number"), "+243810000001");
    assert_int_equal(tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"ben\"}"), 201);
    assert_string_equal(desk_json(&desk, "number"), "+243810000002");
    assert_int_equal(tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"zoe\",\"country\":\"FR\"}"), 201);
    assert_string_equal(desk_json(&desk, "country"), "FR");
    assert_int_equal(tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"tel\",\"line\":\"landline\"}"), 201);
    assert_string_equal(desk_json(&desk, "line"), "landline");
    desk_close(&desk);
}

/* The numbers of everyone called so, joined. */
static void assert_numbers(struct desk *desk, const char *name, const char *expected)
{
    char got[256] = "";
    const struct account *account = sim_account(desk->sim);
    for (size_t i = 0; i < account->person_count; i++) {
        if (strcmp(account->people[i].name, name) != 0)
            continue;
        size_t len = strlen(got);
        snprintf(got + len, sizeof got - len, "%s%s", len > 0 ? " " : "", account->people[i].e164);
    }
    assert_string_equal(got, expected);
}

static void the_same_name_again_is_the_same_person(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\",\"verified\":true}");
    tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\",\"reachable\":false}");
    assert_numbers(&desk, "awa", "+243810000001");
    assert_true(json_is_false(json_object_get(desk_object(&desk), "verified")));
    tell(&desk, "POST", "/sim/v1/people",
         "{\"name\":\"awa\",\"number\":\"+243810000009\",\"verified\":true}");
    assert_numbers(&desk, "awa", "+243810000009");
    assert_int_equal(sim_account(desk.sim)->caller_id_count, 1);
    tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\",\"number\":\"+243810000005\"}");
    assert_numbers(&desk, "awa", "+243810000005");
    assert_int_equal(sim_account(desk.sim)->caller_id_count, 0);
    tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\",\"country\":\"FR\"}");
    assert_string_equal(desk_json(&desk, "country"), "FR");
    assert_int_equal(sim_account(desk.sim)->person_count, 1);
    desk_close(&desk);
}

static void a_number_belongs_to_one_person(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\",\"number\":\"+243810000001\"}");
    tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"ben\",\"number\":\"+243810000002\"}");
    tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\",\"number\":\"+243810000002\"}");
    assert_numbers(&desk, "awa", "+243810000002");
    assert_numbers(&desk, "ben", "");
    assert_int_equal(sim_account(desk.sim)->person_count, 1);
    desk_close(&desk);
}

static void a_person_that_cannot_be_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
    } rows[] = {
        {"{\"nam\":\"awa\"}", "unknown key 'nam'; did you mean 'name'?"},
        {"{\"nam\":1}", "unknown key 'nam'; did you mean 'name'?"},
        {"{\"age\":null}", "unknown key 'age'"},
        {"{\"name\":1}", "name: a text is wanted"},
        {"{\"verified\":\"yes\"}", "verified: true or false is wanted"},
        {"{\"reachable\":1}", "reachable: true or false is wanted"},
        {"{\"opted-out\":null}", "opted-out: true or false is wanted"},
        {"{\"whatsapp\":\"yes\"}", "whatsapp: true, false, joined, outside-window or blocked is wanted"},
        {"{\"whatsapp\":1}", "whatsapp: true, false, joined, outside-window or blocked is wanted"},
        {"{\"line\":\"satellite\"}",
         "line: 'satellite' is not one of mobile, landline, voip, premium, unknown"},
        {"{\"country\":\"XX\"}", "country: 'XX' is no ISO country code"},
        {"{\"country\":\"CDX\"}", "country: 'CDX' is no ISO country code"},
        {"{\"number\":\"0810000001\"}", "number: '0810000001' is not + and up to 15 digits"},
        {"{\"number\":\"+\"}", "number: '+' is not + and up to 15 digits"},
        {"{\"number\":\"+1234567890123456\"}", "number: '+1234567890123456' is not + and up to 15 digits"},
        {"{\"name\":\"01234567890123456789012345678901234567890123456789012345678901234\"}",
         "name: more than 64 characters"},
    };
    struct desk desk;
    desk_open(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "twilio-sim: %s\n", rows[i].text);
        assert_int_equal(tell(&desk, "POST", "/sim/v1/people", rows[i].body), 400);
        assert_string_equal(desk_text(&desk), expected);
    }
    assert_int_equal(sim_account(desk.sim)->person_count, 0);
    desk_close(&desk);
}

static void an_account_changes_in_place(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    tell(&desk, "POST", "/sim/v1/people", "{\"name\":\"awa\"}");
    assert_int_equal(tell(&desk, "POST", "/sim/v1/accounts/" DESK_SID,
                          "{\"plan\":\"trial-legacy\",\"status\":\"suspended\",\"balance\":\"3.25\"}"),
                     200);
    assert_string_equal(desk_json(&desk, "plan"), "trial-legacy");
    assert_string_equal(desk_json(&desk, "status"), "suspended");
    assert_string_equal(desk_json(&desk, "balance"), "3.25");
    assert_int_equal(tell(&desk, "POST", "/sim/v1/accounts/" DESK_SID, "{\"plan\":\"trial-legacy\"}"), 200);
    assert_string_equal(desk_json(&desk, "status"), "suspended");
    assert_int_equal(tell(&desk, "POST", "/sim/v1/accounts/" DESK_SID, "{\"status\":\"active\"}"), 200);
    assert_string_equal(desk_json(&desk, "status"), "active"); /* and what is not named stays */
    assert_string_equal(desk_json(&desk, "plan"), "trial-legacy");
    assert_string_equal(desk_json(&desk, "balance"), "3.25");
    assert_int_equal(sim_account(desk.sim)->person_count, 1);
    desk_close(&desk);
}

static void a_change_that_cannot_be_is_refused_in_words(void **state)
{
    (void)state;
    static const char own[] = "/sim/v1/accounts/" DESK_SID;
    static const struct {
        const char *path, *body;
        int status;
        const char *words;
    } rows[] = {
        {own, "{\"balance\":\"much\"}", 400, "twilio-sim: balance: 'much' is not an amount such as 15.50\n"},
        {own, "{\"balance\":\"1111111111111111111111111\"}", 400,
         "twilio-sim: balance: '1111111111111111111111111' is not an amount such as 15.50\n"},
        {own, "{\"home\":\"FR\"}", 400, "twilio-sim: unknown key 'home'\n"},
        {own, "{\"plan\":\"gold\"}", 400,
         "twilio-sim: plan: 'gold' is not one of paid, test, trial-legacy\n"},
        {"/sim/v1/accounts/AC9", "{}", 404, "twilio-sim: there is no account AC9\n"},
    };
    struct desk desk;
    desk_open(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tell(&desk, "POST", rows[i].path, rows[i].body), rows[i].status);
        assert_string_equal(desk_text(&desk), rows[i].words);
    }
    assert_string_equal(sim_account(desk.sim)->plan->name, "paid");
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_is_made_listed_and_used_as_the_scope),
        cmocka_unit_test(a_reset_forgets_people_and_takes_a_setup),
        cmocka_unit_test(a_setup_is_refused_in_words),
        cmocka_unit_test(a_person_has_what_was_given_and_defaults_for_the_rest),
        cmocka_unit_test(a_person_without_a_number_gets_one_that_nobody_has),
        cmocka_unit_test(the_same_name_again_is_the_same_person),
        cmocka_unit_test(a_number_belongs_to_one_person),
        cmocka_unit_test(a_person_that_cannot_be_is_refused_in_words),
        cmocka_unit_test(an_account_changes_in_place),
        cmocka_unit_test(a_change_that_cannot_be_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
