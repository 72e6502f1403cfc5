/* Replays the seeds of JSON comparisons through their fuzz target. */
#include "test_seeds.h"

#include "fuzz_json.c"

static void every_seed_passes_also_when_it_is_cut(void **state)
{
    (void)state;
    replay_seeds("fixtures/seeds/json", LLVMFuzzerTestOneInput, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_passes_also_when_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
