/* row: what a store that survives keeps, as rows of a few tables. This file is the schema: who writes it down
 * (archive) makes its SQL out of the table below, and the store turns itself into rows (changes.h) and back
 * (restore.h). Nothing here knows SQL.
 *
 *     struct row row = row_of(TABLE_PERSON, ROW_PUT);
 *     row_int(&row, tenant); row_z(&row, person->name); ...      // one value a column, in order
 *     row_write(&row, &buffer);
 *     ...
 *     while (row_read(&rest, &row)) ...                          // values are borrowed from the buffer
 *
 * Rows as bytes have the byte order of this machine. Columns are named as the API names things; `..._ms` are
XX Rows come back in the order in which they were first put. */
#ifndef ROW_H
#define ROW_H

#include "fail.h"
#include "text.h"

/* id, table, columns of the key, what it holds, columns: "name INTEGER", TEXT or BLOB */
#define STORE_TABLES(TABLE)                                                                                  \
    TABLE(TABLE_SIMULATOR, "simulator", 1, "one row: numbers that go on, and what was dropped",              \
          "id INTEGER, last_tenant INTEGER, last_message INTEGER, messages_dropped INTEGER, "                \
          "last_event INTEGER, events_dropped INTEGER, starts INTEGER")                                      \
    TABLE(                                                                                                   \
        TABLE_ACCOUNT, "account", 1, "a tenant each; the first is the one that the ready line names",        \
        "tenant INTEGER, account_sid TEXT, auth_token TEXT, friendly_name TEXT, plan TEXT, status TEXT, "    \
        "balance TEXT, home TEXT, countries TEXT, whatsapp TEXT, created_ms INTEGER, sent_day_ms INTEGER, "  \
        "sent_today INTEGER, last_fault INTEGER, adopted INTEGER")                                           \
    TABLE(TABLE_API_KEY, "api_key", 2, "what an account may also sign in with",                              \
          "tenant INTEGER, sid TEXT, secret TEXT")                                                           \
    TABLE(TABLE_NUMBER, "number", 2, "its senders",                                                          \
          "tenant INTEGER, sid TEXT, phone_number TEXT, sms INTEGER, sms_url TEXT")                          \
    TABLE(TABLE_PERSON, "person", 2, "handsets; until = free text is taken, the sandbox's session lasts",    \
          "tenant INTEGER, number TEXT, name TEXT, line TEXT, verified INTEGER, reachable INTEGER, "         \
          "opted_out INTEGER, whatsapp TEXT, window_until_ms INTEGER, joined_until_ms INTEGER")              \
    TABLE(TABLE_CALLER_ID, "caller_id", 2, "verified recipients",                                            \
          "tenant INTEGER, phone_number TEXT, sid TEXT, friendly_name TEXT, created_ms INTEGER")             \
    TABLE(TABLE_OPT_OUT, "opt_out", 3, "who wrote STOP to whom",                                             \
          "tenant INTEGER, handset TEXT, sender TEXT")                                                       \
    TABLE(TABLE_FAULT, "fault", 2, "planned faults: the rule as it was given, and its counts",               \
          "tenant INTEGER, number INTEGER, id TEXT, rule TEXT, armed_ms INTEGER, matched INTEGER, "          \
          "hits INTEGER, enabled INTEGER")                                                                   \
    TABLE(TABLE_MESSAGE, "message", 1, "oldest first; a deleted one keeps its place without its texts",      \
          "cursor INTEGER, tenant INTEGER, sid TEXT, channel TEXT, direction TEXT, status TEXT, "            \
          "num_media INTEGER, redacted INTEGER, deleted INTEGER, num_segments INTEGER, error_code INTEGER, " \
          "fault INTEGER, created_ms INTEGER, updated_ms INTEGER, sent_ms INTEGER, to TEXT, from TEXT, "     \
          "body TEXT, status_callback TEXT, request TEXT, messaging_service_sid TEXT")                       \
    TABLE(TABLE_JOURNAL, "journal", 1, "what happened: records first to n, as journal.h packs them",         \
          "n INTEGER, first INTEGER, records BLOB")                                                          \
    TABLE(TABLE_PROGRESS, "progress", 1, "status progress still due: `at` steps of `steps` are done",        \
          "sid TEXT, began_ms INTEGER, at INTEGER, calls_back INTEGER, ordered_at INTEGER, steps TEXT, "     \
          "ordered TEXT")                                                                                    \
    TABLE(TABLE_CALLBACK, "callback", 1, "callbacks that are not over yet",                                  \
          "id TEXT, tenant INTEGER, sid TEXT, message_status TEXT, signature TEXT, forged INTEGER, "         \
          "url TEXT, body TEXT")

enum store_table {
#define TABLE(id, name, keys, about, columns) id,
    STORE_TABLES(TABLE)
#undef TABLE
        TABLE_COUNT
};

enum row_op {
    ROW_PUT,          /* all columns: added, or replaced by key */
    ROW_REMOVE,       /* the first columns: every row that has these values goes */
    ROW_REMOVE_BELOW, /* the first column: every row with a smaller one goes */
    ROW_CLEAR,        /* every row of every table goes; no values */
};

enum { ROW_VALUES_MAX = 28 };

struct row_value {
    enum { COLUMN_NULL, COLUMN_INT, COLUMN_TEXT } type;
    int64_t number;
    struct text text;
};

struct row {
    enum row_op op;
    enum store_table table;
    size_t count;
    struct row_value values[ROW_VALUES_MAX];
};

struct table_shape {
    const char *name;
    int keys;
    const char *about;
    const char *columns;
};
const struct table_shape *table_shape(enum store_table table);
/* Takes the next column off "name TYPE, name TYPE"; false behind the last. */
bool table_column(struct text *rest, struct text *ret_name, struct text *ret_type);
size_t table_width(enum store_table table);

/* Without values. */
struct row row_of(enum store_table table, enum row_op op);
void row_int(struct row *row, int64_t number);
void row_null(struct row *row);
/* Borrowed; TEXT_NONE is null. */
void row_text(struct row *row, struct text text);
void row_z(struct row *row, const char *text);

/* Appends it; texts are copied. */
void row_write(const struct row *row, struct text_buf *out);
/* Takes the next row off; false at the end, and at what is no row (then something is left). Texts are
 * borrowed. */
bool row_read(struct text *rest, struct row *ret);

/* Reads a row that came back, value by value. What is not as it must be is said in `why` with table and
 * column, `fine` becomes false, and what is read then is 0 and "". */
struct row_reader {
    const struct row *row;
    size_t at;
    bool fine;
    struct fail *why;
};
struct row_reader row_reader(const struct row *row, struct fail *why);
int64_t row_get_int(struct row_reader *reader, int64_t min, int64_t max);
bool row_get_flag(struct row_reader *reader);
/* May be null (TEXT_NONE). Borrowed. */
struct text row_get_text(struct row_reader *reader);
/* Copied to `to` with a NUL; null and what is longer are not as they must be. */
void row_get_z(struct row_reader *reader, char *to, size_t room);
/* The index among `count` names, which name(i) gives. */
int row_get_name(struct row_reader *reader, const char *(*name)(int), int count);
/* Says that the value just read makes no sense. */
void row_refuse(struct row_reader *reader);

#endif
