/* Replays the seeds of scenario files, and the files that must fail, through their fuzz target. */
#include "test_seeds.h"

#include "fuzz_scenario.c"

static void every_seed_passes_also_when_it_is_cut(void **state)
{
    (void)state;
    replay_seeds("fixtures/seeds/scenario", LLVMFuzzerTestOneInput, 8);
}

static void every_file_that_must_fail_passes_also_when_it_is_cut(void **state)
{
    (void)state;
    replay_seeds("fixtures/must_fail/lint", LLVMFuzzerTestOneInput, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_passes_also_when_it_is_cut),
        cmocka_unit_test(every_file_that_must_fail_passes_also_when_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
