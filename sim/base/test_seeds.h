/* test_seeds: replays a folder of fuzz seeds through a fuzz target, each seed also cut short at many places
 * (tests only). */
#ifndef TEST_SEEDS_H
#define TEST_SEEDS_H

#include "test_support.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

enum { SEED_MAX_BYTES = 256 * 1024, SEED_CUTS = 64 };

typedef int seed_target(const uint8_t *data, size_t size);

static inline void replay_seed(const char *path, seed_target *target)
{
    static uint8_t seed[SEED_MAX_BYTES];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(seed, 1, sizeof seed, file);
    assert_true(len < sizeof seed);
    fclose(file);
    for (size_t cut = 0; cut <= SEED_CUTS; cut++)
        assert_int_equal(target(seed, len * cut / SEED_CUTS), 0);
}

/* `folder` as seen from the top of the tree; there must be at least `least` seeds in it. */
static inline void replay_seeds(const char *folder, seed_target *target, size_t least)
{
    size_t count = 0;
    DIR *seeds = opendir(folder);
    assert_non_null(seeds);
    for (const struct dirent *entry = readdir(seeds); entry != NULL; entry = readdir(seeds)) {
        char path[512];
        if (entry->d_name[0] == '.' || entry->d_type == DT_DIR)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        replay_seed(path, target);
        count++;
    }
    closedir(seeds);
    assert_true(count >= least);
}

#endif
