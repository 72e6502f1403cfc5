/* store_file: what can be told about a store's file without SQLite, which would touch it. */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include <stdint.h>

#include "fail.h"

enum {
    STORE_FILE_ID = 0x7477736d, /* application_id: "twsm" */
    /* SQLite opens no path of more than some 510, with all folders. */
    STORE_FILE_PATH_MAX_BYTES = 500,
};

/* Behind the file's name: SQLite's write-ahead log, and ours (redo.h). */
#define STORE_FILE_WAL  "-wal"
#define STORE_FILE_REDO "-redo"

/* Whether SQLite may open it. *ret_bytes: its size, 0 when it is empty or not there. */
bool store_file_judge(const char *path, int version, int64_t *ret_bytes, struct fail *why);

/* Makes an empty file that nobody else can read, for it will hold auth tokens, unless there is one. What
 * prevents it SQLite will say. */
void store_file_prepare(const char *path);

/* The path as SQLite must be given it, which has names that mean no file. New. */
char *store_file_name(const char *path);

/* Where the log with that suffix is: beside the file itself, when the path is a link. New. */
char *store_file_log(const char *path, const char *suffix);

/* Is there such a log beside it, with something in it? */
bool store_file_has_log(const char *path, const char *suffix);

/* Says who has the file locked, as far as /proc/locks tells. Always false. */
bool store_file_in_use(const char *path, struct fail *why);

#endif
