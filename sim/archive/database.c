/* Statements (sql.h) are prepared when they are first wanted, and kept. */
#include "database.h"

#include <sqlite3.h>
#include <stdio.h>

#include "condense.h"
#include "mem.h"
#include "sql.h"
#include "sqlite_on_demand.h"
#include "store_file.h"
#include "utf8.h"

enum { KEYS_MAX = 3 };

/* A group's records are hundreds of kilobytes in one row: with larger pages than usual that costs half. The
 * write-ahead log goes into the file every so many pages: 8 MB. */
#define PAGE_SIZE  "PRAGMA page_size=16384"
#define CHECKPOINT "PRAGMA wal_autocheckpoint=500"

/* What stands beside the tables of row.h; see redo.h. */
#define CREATE_REDO                                                                                          \
    "CREATE TABLE \"redo\"( -- one row: up to where FILE-redo is in here; file 0: it is not wanted\n"        \
    "  \"id\" INTEGER PRIMARY KEY,\n  \"file\" INTEGER,\n  \"next\" INTEGER,\n  \"at\" INTEGER)"

static condense_visit apply;

struct database {
    sqlite3 *db;
    char *path;
    bool is_new, has_tables;
    sqlite3_stmt *begin, *commit, *mark;
    sqlite3_stmt *put[TABLE_COUNT], *below[TABLE_COUNT], *remove[TABLE_COUNT][KEYS_MAX + 1];
    struct condense condense;
};

bool database_is_new(const struct database *database)
{
    return database->is_new;
}

const char *database_path(const struct database *database)
{
    return database->path;
}

/* ---- statements */

static bool prepare(struct database *database, const char *sql, sqlite3_stmt **ret)
{
    return *ret != NULL || sqlite3_prepare_v2(database->db, sql, -1, ret, NULL) == SQLITE_OK;
}

/* One statement that gives nothing, or whose rows do not matter. */
static bool run(struct database *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int result = SQLITE_ERROR;
    if (prepare(database, sql, &statement))
        do
            result = sqlite3_step(statement);
        while (result == SQLITE_ROW);
    return sqlite3_finalize(statement) == SQLITE_OK && result == SQLITE_DONE;
}

/* A statement's first value; -1 when it fails. */
static int64_t ask_number(struct database *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t number = -1;
    if (prepare(database, sql, &statement) && sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

/* ---- the schema */

static bool create_table(struct database *database, enum store_table table)
{
    struct text_buf sql;
    text_buf_init(&sql, SQL_MAX_BYTES);
    sql_create(&sql, table);
    bool fine = run(database, text_buf_z(&sql));
    text_buf_release(&sql);
    return fine;
}

/* In one transaction, before the log is there: the file's header is whole or the file is empty. */
static bool create(struct database *database)
{
    char id[64], version[64];
    snprintf(id, sizeof id, "PRAGMA application_id=%d", STORE_FILE_ID);
    snprintf(version, sizeof version, "PRAGMA user_version=%d", DATABASE_VERSION);
    bool fine = run(database, PAGE_SIZE) && run(database, "BEGIN EXCLUSIVE") && run(database, id) &&
                run(database, version);
    for (int i = 0; fine && i < TABLE_COUNT; i++)
        fine = create_table(database, (enum store_table)i);
    return fine && run(database, CREATE_REDO) && run(database, "INSERT INTO \"redo\" VALUES(1, 0, 0, 0)") &&
           run(database, "COMMIT");
}

/* ---- opening */

static bool may_checkpoint_on_close(struct database *database, bool may)
{
    int now;
    return sqlite3_db_config(database->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, may ? 0 : 1, &now) == SQLITE_OK;
}

/* `what` may quote bytes of the file: those that are no plain letters become '?'. */
static bool damaged(struct database *database, const char *what, struct fail *why)
{
    char plain[256];
    snprintf(plain, sizeof plain, "%s", what);
    for (char *at = plain; *at != '\0'; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
    return fail_set(why,
                    "%s is damaged: %s. It is left as it is; move it away and start anew, or see what "
                    "\"sqlite3 FILE .recover\" can save",
                    database->path, plain);
}

/* Why it cannot be read: damage, another one's lock, or the machine. */
static bool unreadable(struct database *database, struct fail *why)
{
    const char *reason = sqlite3_errmsg(database->db);
    switch (sqlite3_errcode(database->db) & 0xff) {
    case SQLITE_BUSY:
        return store_file_in_use(database->path, why);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        return fail_set(why, "%s cannot be opened: %s (its folder must be writable too)", database->path,
                        reason);
    case SQLITE_IOERR:
    case SQLITE_FULL:
        return fail_set(why, "%s cannot be opened: %s", database->path, reason);
    default:
        return damaged(database, reason, why);
    }
}

/* "ok", or the first thing that is wrong. */
static bool quick_check(struct database *database, struct fail *why)
{
    sqlite3_stmt *statement = NULL;
    bool fine = false;
    if (!prepare(database, "PRAGMA quick_check(1)", &statement) || sqlite3_step(statement) != SQLITE_ROW) {
        unreadable(database, why);
    } else {
        const char *found = (const char *)sqlite3_column_text(statement, 0);
        fine = found != NULL && text_is(text_of(found), "ok");
        if (!fine)
            damaged(database, found == NULL ? "its check fails" : found, why);
    }
    sqlite3_finalize(statement);
    return fine;
}

static bool is_empty(struct database *database)
{
    struct text_buf sql;
    text_buf_init(&sql, SQL_MAX_BYTES);
    sql_any(&sql);
    bool empty = ask_number(database, text_buf_z(&sql)) == 0;
    text_buf_release(&sql);
    return empty;
}

/* The first look takes the lock. */
static bool look(struct database *database, int64_t bytes, struct fail *why)
{
    if (!run(database, "PRAGMA locking_mode=EXCLUSIVE"))
        return fail_set(why, "%s cannot be opened: %s", database->path, sqlite3_errmsg(database->db));
    int64_t tables = ask_number(database, "SELECT count(*) FROM sqlite_schema");
    if (tables < 0)
        return unreadable(database, why);
    database->has_tables = tables > 0;
    database->is_new = tables == 0 || is_empty(database);
    return tables == 0 || bytes > DATABASE_CHECK_MAX_BYTES || quick_check(database, why);
}

struct database *database_open(const char *path, struct fail *why)
{
    int64_t bytes;
    if (!store_file_judge(path, DATABASE_VERSION, &bytes, why) || !sqlite_load(why))
        return NULL;
    struct database *database = mem_new(sizeof *database);
    database->path = mem_string(path);
    condense_init(&database->condense, apply, database);
    /* The log of one that was killed must stay as it is until all is known to be well; without one there is
     * nothing to keep, and an empty one that SQLite made goes again. */
    bool may_close = !store_file_has_log(path, STORE_FILE_WAL);
    store_file_prepare(path);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    char *name = store_file_name(path);
    int result = sqlite3_open_v2(name, &database->db, flags, NULL);
    mem_free(name);
    if (result != SQLITE_OK)
        fail_set(why, "%s cannot be opened: %s", path, sqlite3_errmsg(database->db));
    else if (may_checkpoint_on_close(database, may_close) && look(database, bytes, why))
        return database;
    database_close(database);
    return NULL;
}

void database_close(struct database *database)
{
    if (database == NULL)
        return;
    sqlite3_finalize(database->begin);
    sqlite3_finalize(database->commit);
    sqlite3_finalize(database->mark);
    for (int i = 0; i < TABLE_COUNT; i++) {
        sqlite3_finalize(database->put[i]);
        sqlite3_finalize(database->below[i]);
        for (int k = 0; k <= KEYS_MAX; k++)
            sqlite3_finalize(database->remove[i][k]);
    }
    sqlite3_close(database->db);
    condense_release(&database->condense);
    mem_free(database->path);
    mem_free(database);
}

bool database_begin(struct database *database, struct fail *why)
{
    if (!database->has_tables && !create(database))
        return unreadable(database, why);
    bool fine = run(database, "PRAGMA synchronous=OFF") && run(database, "PRAGMA journal_mode=WAL") &&
                run(database, CHECKPOINT) && may_checkpoint_on_close(database, true);
    return fine || fail_set(why, "%s cannot be written: %s", database->path, sqlite3_errmsg(database->db));
}

/* ---- reading */

static struct text text_at(sqlite3_stmt *statement, int at)
{
    const char *bytes = sqlite3_column_blob(statement, at);
    return text_span(bytes == NULL ? "" : bytes, (size_t)sqlite3_column_bytes(statement, at));
}

static bool read_column(struct database *database, sqlite3_stmt *statement, int at, struct row *row,
                        struct fail *why)
{
    int type = sqlite3_column_type(statement, at);
    if (type == SQLITE_INTEGER)
        row_int(row, sqlite3_column_int64(statement, at));
    else if (type == SQLITE_NULL)
        row_null(row);
    else if (type == SQLITE_BLOB && row->table == TABLE_JOURNAL)
        row_text(row, text_at(statement, at));
    else if (type != SQLITE_TEXT)
        return damaged(database, "a value is neither a number nor a text", why);
    else if (!utf8_valid(text_at(statement, at)))
        return damaged(database, "a text is not UTF-8", why);
    else
        row_text(row, text_at(statement, at));
    return true;
}

static bool load_table(struct database *database, enum store_table table, database_visit *visit,
                       void *context, struct fail *why)
{
    struct text_buf sql;
    sqlite3_stmt *statement = NULL;
    struct fail reason = {0};
    int width = (int)table_width(table), result = SQLITE_ERROR;
    bool fine = true;
    text_buf_init(&sql, SQL_MAX_BYTES);
    sql_select(&sql, table);
    if (prepare(database, text_buf_z(&sql), &statement))
        result = SQLITE_ROW;
    while (fine && result == SQLITE_ROW && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct row row = row_of(table, ROW_PUT);
        for (int i = 0; fine && i < width; i++)
            fine = read_column(database, statement, i, &row, why);
        if (fine && !visit(context, &row, &reason))
            fine = damaged(database, reason.text, why);
    }
    if (fine && result != SQLITE_DONE)
        fine = unreadable(database, why);
    sqlite3_finalize(statement);
    text_buf_release(&sql);
    return fine;
}

bool database_load(struct database *database, database_visit *visit, void *context, struct fail *why)
{
    for (int i = 0; i < TABLE_COUNT; i++)
        if (!load_table(database, (enum store_table)i, visit, context, why))
            return false;
    return true;
}

bool database_mark(struct database *database, struct redo_mark *ret, struct fail *why)
{
    sqlite3_stmt *statement = NULL;
    const char *sql = "SELECT \"file\", \"next\", \"at\" FROM \"redo\" WHERE \"id\" = 1";
    bool fine = prepare(database, sql, &statement) && sqlite3_step(statement) == SQLITE_ROW;
    if (fine)
        *ret = (struct redo_mark){.file = (uint64_t)sqlite3_column_int64(statement, 0),
                                  .next = (uint64_t)sqlite3_column_int64(statement, 1),
                                  .at = (uint64_t)sqlite3_column_int64(statement, 2)};
    else if (sqlite3_errcode(database->db) == SQLITE_DONE)
        damaged(database, "the table redo is empty", why);
    else
        unreadable(database, why);
    sqlite3_finalize(statement);
    return fine;
}

/* ---- writing */

static bool clear(struct database *database)
{
    char sql[128];
    for (int i = 0; i < TABLE_COUNT; i++) {
        snprintf(sql, sizeof sql, "DELETE FROM \"%s\"", table_shape((enum store_table)i)->name);
        if (!run(database, sql))
            return false;
    }
    return true;
}

/* Where a row's statement is kept, and its text if it is not there yet. */
static sqlite3_stmt **place_of(struct database *database, const struct row *row, struct text_buf *sql)
{
    sqlite3_stmt **place = row->op == ROW_PUT      ? &database->put[row->table]
                           : row->op == ROW_REMOVE ? &database->remove[row->table][row->count]
                                                   : &database->below[row->table];
    if (*place != NULL)
        return place;
    if (row->op == ROW_PUT)
        sql_put(sql, row->table);
    else if (row->op == ROW_REMOVE)
        sql_remove(sql, row->table, row->count);
    else
        sql_remove_below(sql, row->table);
    return place;
}

/* NULL when it cannot be prepared. */
static sqlite3_stmt *statement_of(struct database *database, const struct row *row)
{
    struct text_buf sql;
    REQUIRE(row->op != ROW_REMOVE || (row->count >= 1 && row->count <= KEYS_MAX));
    text_buf_init(&sql, SQL_MAX_BYTES);
    sqlite3_stmt **place = place_of(database, row, &sql);
    bool fine = *place != NULL || prepare(database, text_buf_z(&sql), place);
    text_buf_release(&sql);
    return fine ? *place : NULL;
}

static void bind(sqlite3_stmt *statement, int at, const struct row_value *value, bool bytes)
{
    if (value->type == COLUMN_INT)
        sqlite3_bind_int64(statement, at, value->number);
    else if (value->type == COLUMN_TEXT && bytes)
        sqlite3_bind_blob(statement, at, value->text.at, (int)value->text.len, SQLITE_STATIC);
    else if (value->type == COLUMN_TEXT)
        sqlite3_bind_text(statement, at, value->text.at, (int)value->text.len, SQLITE_STATIC);
}

static bool finish(sqlite3_stmt *statement)
{
    bool fine = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return fine;
}

static bool apply(void *context, const struct row *row)
{
    struct database *database = context;
    if (row->op == ROW_CLEAR)
        return clear(database);
    sqlite3_stmt *statement = statement_of(database, row);
    if (statement == NULL)
        return false;
    for (size_t i = 0; i < row->count; i++)
        bind(statement, (int)i + 1, &row->values[i], row->table == TABLE_JOURNAL);
    return finish(statement);
}

static bool put_mark(struct database *database, const struct redo_mark *mark)
{
    const char *sql = "UPDATE \"redo\" SET \"file\" = ?1, \"next\" = ?2, \"at\" = ?3";
    if (!prepare(database, sql, &database->mark))
        return false;
    sqlite3_bind_int64(database->mark, 1, (sqlite3_int64)mark->file);
    sqlite3_bind_int64(database->mark, 2, (sqlite3_int64)mark->next);
    sqlite3_bind_int64(database->mark, 3, (sqlite3_int64)mark->at);
    return finish(database->mark);
}

static bool step_once(struct database *database, const char *sql, sqlite3_stmt **statement)
{
    if (!prepare(database, sql, statement))
        return false;
    bool fine = sqlite3_step(*statement) == SQLITE_DONE;
    sqlite3_reset(*statement);
    return fine;
}

/* After a failure; SQLite may have rolled back on its own. */
static bool give_up(struct database *database, struct fail *why)
{
    fail_set(why, "%s cannot be written: %s", database->path, sqlite3_errmsg(database->db));
    if (!sqlite3_get_autocommit(database->db))
        run(database, "ROLLBACK");
    return false;
}

bool database_write(struct database *database, struct text rows, const struct redo_mark *mark,
                    struct fail *why)
{
    bool fine = step_once(database, "BEGIN IMMEDIATE", &database->begin) &&
                condense_rows(&database->condense, rows) && put_mark(database, mark) &&
                step_once(database, "COMMIT", &database->commit);
    return fine || give_up(database, why);
}

bool database_has_room(struct database *database, struct fail *why)
{
    bool fine = run(database, "BEGIN IMMEDIATE") &&
                run(database, "CREATE TABLE IF NOT EXISTS room(filling)") &&
                run(database, "INSERT INTO room VALUES(zeroblob(262144))") && run(database, "COMMIT") &&
                run(database, "DROP TABLE room");
    return fine || give_up(database, why);
}
