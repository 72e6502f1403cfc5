/* test_archive: a folder with a store in it (tests only). */
#ifndef TEST_ARCHIVE_H
#define TEST_ARCHIVE_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "test_support.h"

struct place {
    char folder[64], file[80];
};

static inline void place_open(struct place *place)
{
    snprintf(place->folder, sizeof place->folder, "/tmp/archive-test-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->file, sizeof place->file, "%s/store.db", place->folder);
}

static inline void place_close(const struct place *place)
{
    static const char *const suffixes[] = {"", "-wal", "-redo"};
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        char name[96];
        snprintf(name, sizeof name, "%s%s", place->file, suffixes[i]);
        unlink(name);
    }
    assert_int_equal(rmdir(place->folder), 0); /* and nothing else was left */
}

/* From now on no file of this process may grow beyond this: a full disk for whoever writes. */
static inline void limit_files(size_t bytes)
{
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

#endif
