/* Replays the seeds of form bodies through their fuzz target. */
#include "test_seeds.h"

#include "fuzz_form.c"

static void every_seed_passes_also_when_it_is_cut(void **state)
{
    (void)state;
    replay_seeds("fixtures/seeds/form", LLVMFuzzerTestOneInput, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_passes_also_when_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
