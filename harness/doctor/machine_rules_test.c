/* Machines of every kind, and the line that would make more possible on each. */
#include <stdio.h>

#include "test_support.h"
#include "machine_programs.h"

static struct machine_facts sound(void)
{
    struct machine_facts facts = {.library = true,
                                  .sock_diag = true,
                                  .clock = true,
                                  .userns_clone = -1,
                                  .max_user_namespaces = 1000,
                                  .apparmor_restricts = -1};
    for (size_t i = 0; i < MACHINE_WAYS; i++)
        facts.ways[i].works = true;
    return facts;
}

static const struct doctor_finding *find(const struct doctor_findings *findings, const char *subject)
{
    const struct doctor_finding *finding = NULL;
    for (size_t i = 0; (finding = doctor_at(findings, i)) != NULL; i++)
        if (strcmp(finding->subject, subject) == 0)
            return finding;
    return NULL;
}

static void cure_is(struct machine_facts facts, const char *command)
{
    struct doctor_findings *findings = doctor_findings_new();
    facts.ways[WAY_NAMESPACE].works = false;
    machine_rules(&facts, findings);
    const struct doctor_finding *finding = find(findings, "namespace");
    assert_int_equal(finding->level, DOCTOR_WARNING);
    assert_string_equal(finding->command, command);
    assert_int_equal(doctor_count(findings, DOCTOR_PROBLEM), 0);
    doctor_findings_free(findings);
}

static void each_obstacle_has_its_line(void **state)
{
    struct machine_facts facts = sound();
    (void)state;
    cure_is(facts, "");
    facts.container = true;
    cure_is(facts, "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
                   "--cap-add SYS_ADMIN ...");
    facts.apparmor_restricts = 1;
    cure_is(facts, "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
    facts.max_user_namespaces = 0;
    cure_is(facts, "sysctl -w user.max_user_namespaces=15000");
    facts.userns_clone = 0;
    cure_is(facts, "sysctl -w kernel.unprivileged_userns_clone=1");
    facts.root = true; /* whom that does not bind */
    cure_is(facts, "sysctl -w user.max_user_namespaces=15000");
}

static void no_way_at_all_is_a_problem(void **state)
{
    struct machine_facts facts = sound();
    struct doctor_findings *findings = doctor_findings_new();
    (void)state;
    for (size_t i = 0; i < MACHINE_WAYS; i++)
        facts.ways[i].works = false;
    machine_rules(&facts, findings);
    assert_int_equal(find(findings, "no way")->level, DOCTOR_PROBLEM);
    doctor_findings_free(findings);
}

static void the_clock_says_why_it_is_real(void **state)
{
    struct machine_facts facts = sound();
    struct doctor_findings *findings = doctor_findings_new();
    (void)state;
    facts.clock = facts.sock_diag = false;
    snprintf(facts.clock_why, sizeof facts.clock_why, "for a reason");
    machine_rules(&facts, findings);
    assert_string_equal(find(findings, "virtual")->text, "is not possible: for a reason");
    assert_int_equal(find(findings, "sock_diag")->level, DOCTOR_WARNING);
    doctor_findings_free(findings);
}

static void programs_say_version_clock_or_package(void **state)
{
    struct machine_facts facts = sound();
    struct doctor_findings *findings = doctor_findings_new();
    (void)state;
    facts.programs[0] = (struct machine_program){.found = true, .version = "v20", .clock = CLOCK_FOLLOWS};
    facts.programs[1] = (struct machine_program){.found = true, .version = "3.11", .clock = CLOCK_REAL};
    facts.programs[3] = (struct machine_program){.found = true, .version = "go1.19"};
    machine_rules(&facts, findings);
    assert_string_equal(find(findings, "node")->text, "v20, follows the virtual clock");
    assert_int_equal(find(findings, "python3")->level, DOCTOR_WARNING);
    assert_string_equal(find(findings, "java")->command, "apt-get install default-jre-headless");
    assert_non_null(strstr(find(findings, "go")->text, "real clock"));
    assert_string_equal(find(findings, "redis-server")->command, "apt-get install redis-server");
    doctor_findings_free(findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_obstacle_has_its_line),
        cmocka_unit_test(no_way_at_all_is_a_problem),
        cmocka_unit_test(the_clock_says_why_it_is_real),
        cmocka_unit_test(programs_say_version_clock_or_package),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
