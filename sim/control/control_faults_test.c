/* /sim/v1/faults. */
#include "test_control.h"

static void a_fault_is_added_listed_and_removed(void **state)
{
    (void)state;
    char path[128];
    struct desk desk;
    desk_open(&desk);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/faults", "{\"status\":503,\"first\":2}"), 201);
    assert_memory_equal(desk_json(&desk, "id"), "FT", 2);
    assert_int_equal(desk_number(&desk, "number"), 1);
    snprintf(path, sizeof path, "/sim/v1/faults/%s", desk_json(&desk, "id"));
    assert_int_equal(tell(&desk, "POST", "/sim/v1/faults", "{\"pass\":true,\"optional\":true}"), 201);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/faults", NULL), 200);
    const json_t *faults = json_object_get(desk_object(&desk), "faults");
    assert_int_equal(json_array_size(faults), 2);
    char *rule = json_write(json_object_get(json_array_get(faults, 0), "rule"));
    assert_string_equal(rule, "{\"status\":503,\"first\":2}");
    mem_free(rule);
    assert_true(json_is_true(json_object_get(json_array_get(faults, 1), "optional")));
    assert_int_equal(json_integer_value(json_object_get(json_array_get(faults, 0), "hits")), 0);
    assert_int_equal(tell(&desk, "DELETE", path, NULL), 204);
    assert_int_equal(tell(&desk, "DELETE", path, NULL), 404);
    assert_int_equal(sim_account(desk.sim)->fault_count, 1);
    assert_int_equal(tell(&desk, "DELETE", "/sim/v1/faults", NULL), 204);
    assert_int_equal(sim_account(desk.sim)->fault_count, 0);
    desk_close(&desk);
}

static void hits_are_counted_in_the_list(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    tell(&desk, "POST", "/sim/v1/faults", "{\"status\":503}");
    struct fault_rule *rule = &sim_account(desk.sim)->faults[0]->rule;
    assert_true(rule->armed_mono_ms > 0);
    rule->matched = 5;
    rule->hits = 2;
    tell(&desk, "GET", "/sim/v1/faults", NULL);
    const json_t *fault = json_array_get(json_object_get(desk_object(&desk), "faults"), 0);
    assert_int_equal(json_integer_value(json_object_get(fault, "matched")), 5);
    assert_int_equal(json_integer_value(json_object_get(fault, "hits")), 2);
    desk_close(&desk);
}

static void faults_are_bounded_and_bad_ones_not_taken(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/faults", "{\"sttaus\":503}"), 400);
    assert_string_equal(desk_text(&desk), "twilio-sim: unknown key 'sttaus'; did you mean 'status'?\n");
    for (int i = 0; i < 256; i++)
        assert_int_equal(tell(&desk, "POST", "/sim/v1/faults", "{\"pass\":true}"), 201);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/faults", "{\"pass\":true}"), 400);
    assert_string_equal(desk_text(&desk), "twilio-sim: there are 256 faults already\n");
    desk_close(&desk);
}

static void faults_belong_to_their_account(void **state)
{
    (void)state;
    char path[128];
    struct desk desk;
    desk_open(&desk);
    tell(&desk, "POST", "/sim/v1/accounts", NULL);
    snprintf(path, sizeof path, "/sim/v1/faults?account=%s", desk_json(&desk, "account_sid"));
    assert_int_equal(tell(&desk, "POST", path, "{\"pass\":true}"), 201);
    assert_int_equal(sim_account(desk.sim)->fault_count, 0);
    tell(&desk, "DELETE", "/sim/v1/faults", NULL);
    tell(&desk, "GET", path, NULL);
    assert_int_equal(json_array_size(json_object_get(desk_object(&desk), "faults")), 1);
    desk_close(&desk);
}

static void a_fault_is_switched_off_and_armed_anew_when_on(void **state)
{
    (void)state;
    char path[128];
    struct desk desk;
    desk_open(&desk);
    tell(&desk, "POST", "/sim/v1/faults", "{\"status\":503,\"first\":1}");
    snprintf(path, sizeof path, "/sim/v1/faults/%s", desk_json(&desk, "id"));
    struct fault_rule *rule = &sim_account(desk.sim)->faults[0]->rule;
    rule->matched = rule->hits = 1;
    assert_int_equal(tell(&desk, "POST", path, "{\"enabled\":true}"),
                     200); /* it is on: nothing begins anew */
    assert_int_equal(desk_number(&desk, "hits"), 1);
    assert_int_equal(tell(&desk, "POST", path, "{\"enabled\":false}"), 200);
    assert_true(json_is_false(json_object_get(desk_object(&desk), "enabled")));
    assert_int_equal(desk_number(&desk, "hits"), 1);
    assert_true(rule->off);
    rule->armed_mono_ms = 0;
    assert_int_equal(tell(&desk, "POST", path, "{\"enabled\":true}"), 200);
    assert_true(json_is_true(json_object_get(desk_object(&desk), "enabled")));
    assert_int_equal(desk_number(&desk, "hits"), 0);
    assert_int_equal(desk_number(&desk, "matched"), 0);
    assert_true(!rule->off && rule->armed_mono_ms > 0);
    desk_close(&desk);
}

static void a_fault_is_also_called_by_its_number(void **state)
{
    (void)state;
    static const char *const nobody[] = {"/sim/v1/faults/0",  "/sim/v1/faults/1",
                                         "/sim/v1/faults/3",  "/sim/v1/faults/-2",
                                         "/sim/v1/faults/2x", "/sim/v1/faults/99999999999999999999"};
    struct desk desk;
    desk_open(&desk);
    for (int i = 0; i < 2; i++)
        tell(&desk, "POST", "/sim/v1/faults", "{\"status\":503}");
    assert_int_equal(tell(&desk, "DELETE", "/sim/v1/faults/1", NULL), 204);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/faults/2", "{\"enabled\":false}"), 200);
    assert_int_equal(desk_number(&desk, "number"), 2);
    assert_true(sim_account(desk.sim)->faults[0]->rule.off);
    for (size_t i = 0; i < COUNT_OF(nobody); i++) {
        assert_int_equal(tell(&desk, "POST", nobody[i], "{\"enabled\":true}"), 404);
        assert_int_equal(tell(&desk, "DELETE", nobody[i], NULL), 404);
    }
    assert_int_equal(sim_account(desk.sim)->fault_count, 1);
    assert_int_equal(tell(&desk, "DELETE", "/sim/v1/faults/2", NULL), 204);
    assert_int_equal(sim_account(desk.sim)->fault_count, 0);
    desk_close(&desk);
}

static void a_switch_that_makes_no_sense_is_refused_in_words(void **state)
{
    (void)state;
    char path[128];
    struct desk desk;
    desk_open(&desk);
    tell(&desk, "POST", "/sim/v1/faults", "{\"status\":503}");
    snprintf(path, sizeof path, "/sim/v1/faults/%s", desk_json(&desk, "id"));
    assert_int_equal(tell(&desk, "POST", path, NULL), 400);
    assert_string_equal(desk_text(&desk), "twilio-sim: enabled: true or false is wanted\n");
    assert_int_equal(tell(&desk, "POST", path, "{\"enabled\":1}"), 400);
    assert_int_equal(tell(&desk, "POST", path, "{\"on\":true}"), 400);
    assert_string_equal(desk_text(&desk), "twilio-sim: unknown key 'on'\n");
    assert_int_equal(tell(&desk, "POST", path, "{\"enable\":true}"), 400);
    assert_string_equal(desk_text(&desk), "twilio-sim: unknown key 'enable'; did you mean 'enabled'?\n");
    assert_int_equal(tell(&desk, "POST", "/sim/v1/faults/FT1", "{\"enabled\":true}"), 404);
    assert_string_equal(desk_text(&desk), "twilio-sim: there is no fault FT1\n");
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_is_added_listed_and_removed),
        cmocka_unit_test(hits_are_counted_in_the_list),
        cmocka_unit_test(faults_are_bounded_and_bad_ones_not_taken),
        cmocka_unit_test(faults_belong_to_their_account),
        cmocka_unit_test(a_fault_is_switched_off_and_armed_anew_when_on),
        cmocka_unit_test(a_fault_is_also_called_by_its_number),
        cmocka_unit_test(a_switch_that_makes_no_sense_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
