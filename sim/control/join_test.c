/* The sandbox: who joins is known from then on. */
#include "test_control.h"

static struct desk desk;

static void a_stranger_who_joins_becomes_a_person(void **state)
{
    (void)state;
    desk_open(&desk);
    assert_int_equal(
        tell(&desk, "POST", "/sim/v1/messages",
             "{\"from\":\"+243810000009\",\"channel\":\"whatsapp\",\"text\":\"join calm-lake\"}"),
        201);
    const struct person *person = account_person(sim_account(desk.sim), TEXT("+243810000009"));
    assert_non_null(person);
    assert_int_equal(person->whatsapp, WHATSAPP_JOINED);
    assert_true(person->reachable);
    assert_true(person_window_is_open(person, clock_mono_ms()));
    desk_close(&desk);
}

static void a_stranger_who_joins_stays_verified(void **state)
{
    (void)state;
    desk_open(&desk);
    struct account *account = sim_account(desk.sim);
    account_add_caller_id(account, &desk.sim->ids, "+243810000009", "didier", 0);
    tell(&desk, "POST", "/sim/v1/messages",
         "{\"from\":\"+243810000009\",\"channel\":\"whatsapp\",\"text\":\"join calm-lake\"}");
    assert_non_null(account_caller_id(account, TEXT("+243810000009")));
    desk_close(&desk);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_who_joins_becomes_a_person),
        cmocka_unit_test(a_stranger_who_joins_stays_verified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
