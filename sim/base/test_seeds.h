/* test_seeds: replays a folder of fuzz seeds through a fuzz target, each seed also cut at every length (tests
 * only). */
#ifndef TEST_SEEDS_H
#define TEST_SEEDS_H

#include "test_support.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

enum { SEED_MAX_BYTES = 64 * 1024, SEED_CUTS_MAX = 512 };

typedef int seed_target(const uint8_t *data, size_t size);

/* The whole seed, and its first 0, 1, 2, … bytes (up to SEED_CUTS_MAX of them). */
static inline void replay_seed(const char *path, seed_target *target)
{
    static uint8_t seed[SEED_MAX_BYTES];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(seed, 1, sizeof seed, file);
    assert_true(len < sizeof seed);
    fclose(file);
    assert_int_equal(target(seed, len), 0);
    for (size_t cut = 0; cut < len && cut < SEED_CUTS_MAX; cut++)
        assert_int_equal(target(seed, cut), 0);
}

/* `folder` stands below fixtures/seeds; there must be at least `least` seeds in it. */
static inline void replay_seeds(const char *folder, seed_target *target, size_t least)
{
    char path[512];
    size_t count = 0;
    snprintf(path, sizeof path, "fixtures/seeds/%s", folder);
    DIR *seeds = opendir(path);
    assert_non_null(seeds);
    for (const struct dirent *entry = readdir(seeds); entry != NULL; entry = readdir(seeds)) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "fixtures/seeds/%s/%s", folder, entry->d_name);
        replay_seed(path, target);
        count++;
    }
    closedir(seeds);
    assert_true(count >= least);
}

#endif
