/* Replays the seeds of fixtures/seeds/numbers through the fuzz target, and inputs made from them by cutting.
 */
#include "test_support.h"

#include <dirent.h>
#include <stdio.h>

#include "fuzz_numbers.c"

#define SEEDS "fixtures/seeds/numbers"

static size_t seed_read(const char *name, uint8_t *out, size_t room)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", SEEDS, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(out, 1, room, file);
    assert_true(len < room);
    fclose(file);
    return len;
}

static void every_seed_passes_also_when_it_is_cut(void **state)
{
    (void)state;
    static uint8_t seed[8192];
    size_t count = 0;
    DIR *folder = opendir(SEEDS);
    assert_non_null(folder);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        size_t len = seed_read(entry->d_name, seed, sizeof seed);
        for (size_t cut = 0; cut <= len; cut++)
            assert_int_equal(LLVMFuzzerTestOneInput(seed, cut), 0);
    }
    closedir(folder);
    assert_true(count >= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_passes_also_when_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
