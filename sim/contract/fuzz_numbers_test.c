/* Replays the seeds of numbers and bodies through their fuzz target. */
#include "test_seeds.h"

#include "fuzz_numbers.c"

static void every_seed_passes_also_when_it_is_cut(void **state)
{
    (void)state;
    replay_seeds("fixtures/seeds/numbers", LLVMFuzzerTestOneInput, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_passes_also_when_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
