/* Replays fixtures/seeds/json through the fuzz target, also cut short at many places. */
#include "test_support.h"

#include <dirent.h>
#include <stdio.h>

#include "fuzz_json.c"

enum { SEED_MAX_BYTES = 64 * 1024, CUTS = 40 };

static size_t replay_folder(const char *folder)
{
    size_t count = 0;
    uint8_t *seed = mem_new(SEED_MAX_BYTES);
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char path[512];
        if (entry->d_name[0] == '.' || entry->d_type == DT_DIR)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        size_t len = fread(seed, 1, SEED_MAX_BYTES, file);
        fclose(file);
        assert_true(len < SEED_MAX_BYTES);
        for (size_t cut = 0; cut <= CUTS; cut++)
            assert_int_equal(LLVMFuzzerTestOneInput(seed, len * cut / CUTS), 0);
        count++;
    }
    closedir(entries);
    mem_free(seed);
    return count;
}

static void every_seed_passes_also_when_it_is_cut(void **state)
{
    (void)state;
    assert_true(replay_folder("fixtures/seeds/json") >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_passes_also_when_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
