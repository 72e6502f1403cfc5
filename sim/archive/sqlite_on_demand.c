/* SQLite, loaded when a store is opened: linked it would cost every simulator 0.3 MB and half a millisecond.
 * Each function that archive/ uses is defined here under its own name, and calls the one in the library;
 * whoever uses them includes <sqlite3.h> and notices nothing, but calls sqlite_load() first. */
#include "sqlite_on_demand.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

/* Return type, name, parameters, arguments. */
#define CALLS(ROW)                                                                                           \
    ROW(int, sqlite3_open_v2, (const char *path, sqlite3 **ret, int flags, const char *vfs),                 \
        (path, ret, flags, vfs))                                                                             \
    ROW(int, sqlite3_close, (sqlite3 * db), (db))                                                            \
    ROW(int, sqlite3_prepare_v2,                                                                             \
        (sqlite3 * db, const char *sql, int bytes, sqlite3_stmt **ret, const char **ret_tail),               \
        (db, sql, bytes, ret, ret_tail))                                                                     \
    ROW(int, sqlite3_step, (sqlite3_stmt * statement), (statement))                                          \
    ROW(int, sqlite3_reset, (sqlite3_stmt * statement), (statement))                                         \
    ROW(int, sqlite3_finalize, (sqlite3_stmt * statement), (statement))                                      \
    ROW(int, sqlite3_clear_bindings, (sqlite3_stmt * statement), (statement))                                \
    ROW(int, sqlite3_bind_int64, (sqlite3_stmt * statement, int at, sqlite3_int64 value),                    \
        (statement, at, value))                                                                              \
    ROW(int, sqlite3_bind_text,                                                                              \
        (sqlite3_stmt * statement, int at, const char *text, int bytes, void (*end)(void *)),                \
        (statement, at, text, bytes, end))                                                                   \
    ROW(int, sqlite3_bind_blob,                                                                              \
        (sqlite3_stmt * statement, int at, const void *blob, int bytes, void (*end)(void *)),                \
        (statement, at, blob, bytes, end))                                                                   \
    ROW(int, sqlite3_column_type, (sqlite3_stmt * statement, int at), (statement, at))                       \
    ROW(sqlite3_int64, sqlite3_column_int64, (sqlite3_stmt * statement, int at), (statement, at))            \
    ROW(const unsigned char *, sqlite3_column_text, (sqlite3_stmt * statement, int at), (statement, at))     \
    ROW(const void *, sqlite3_column_blob, (sqlite3_stmt * statement, int at), (statement, at))              \
    ROW(int, sqlite3_column_bytes, (sqlite3_stmt * statement, int at), (statement, at))                      \
    ROW(const char *, sqlite3_errmsg, (sqlite3 * db), (db))                                                  \
    ROW(int, sqlite3_errcode, (sqlite3 * db), (db))                                                          \
    ROW(int, sqlite3_get_autocommit, (sqlite3 * db), (db))

struct library {
#define ROW(type, name, params, args) type(*name) params;
    CALLS(ROW)
#undef ROW
    int (*sqlite3_db_config)(sqlite3 *db, int what, ...);
};

static struct library library;
static struct fail trouble;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A function pointer out of dlsym's object pointer, as POSIX asks for. */
static bool find(void *handle, const char *name, void *slot)
{
    void *symbol = dlsym(handle, name);
    memcpy(slot, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void load(void)
{
    void *handle = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
    bool all = handle != NULL;
#define ROW(type, name, params, args) all = all && find(handle, #name, &library.name);
    CALLS(ROW)
    ROW(, sqlite3_db_config, , )
#undef ROW
    if (!all)
        fail_set(&trouble, "SQLite cannot be loaded (Debian's package libsqlite3-0): %s", dlerror());
}

bool sqlite_load(struct fail *why)
{
    pthread_once(&once, load);
    return !trouble.set || fail_set(why, "%s", trouble.text);
}

#define ROW(type, name, params, args)                                                                        \
    type name params                                                                                         \
    {                                                                                                        \
        return library.name args;                                                                            \
    }
CALLS(ROW)
#undef ROW

/* Only ever with an int and a pointer to one: the switches of a connection. */
int sqlite3_db_config(sqlite3 *db, int what, ...)
{
    va_list args;
    va_start(args, what);
    int value = va_arg(args, int);
    int *ret_value = va_arg(args, int *);
    va_end(args);
    return library.sqlite3_db_config(db, what, value, ret_value);
}
