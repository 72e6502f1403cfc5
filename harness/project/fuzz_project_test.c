/* Replays the seeds of projects through their fuzz target. */
#include "test_seeds.h"

#include "fuzz_project.c"

static void every_seed_passes_also_when_it_is_cut(void **state)
{
    (void)state;
    replay_seeds("fixtures/seeds/project", LLVMFuzzerTestOneInput, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_passes_also_when_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
