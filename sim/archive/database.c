/* SQL made of row.h's tables: statements are prepared when they are first wanted, and kept. */
#include "database.h"

#include <sqlite3.h>
#include <stdio.h>

#include "journal.h"
#include "mem.h"
#include "sqlite_on_demand.h"
#include "store_file.h"
#include "utf8.h"

enum { KEYS_MAX = 3, SQL_MAX_BYTES = 8192 };

struct database {
    sqlite3 *db;
    char *path;
    bool is_new;
    sqlite3_stmt *begin, *commit;
    sqlite3_stmt *put[TABLE_COUNT], *below[TABLE_COUNT], *remove[TABLE_COUNT][KEYS_MAX + 1];
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

/* "a"=?1 AND "b"=?2 for the first `count` columns, or a list of them, or what an update sets. */
enum listing { LIST_NAMES, LIST_EQUAL, LIST_UPDATE };

static void put_columns(struct text_buf *sql, enum store_table table, size_t from, size_t to,
                        enum listing how)
{
    struct text rest = text_of(table_shape(table)->columns), name;
    bool integer;
    for (size_t i = 0; i < to && table_column(&rest, &name, &integer); i++) {
        if (i < from)
            continue;
        if (i > from)
            text_put_z(sql, how == LIST_EQUAL ? " AND " : ", ");
        text_putf(sql, "\"%.*s\"", TEXT_ARGS(name));
        if (how == LIST_EQUAL)
            text_putf(sql, "=?%zu", i + 1);
        if (how == LIST_UPDATE)
            text_putf(sql, "=excluded.\"%.*s\"", TEXT_ARGS(name));
    }
}

/* A row that is replaced keeps its place in the order. */
static bool prepare_put(struct database *database, enum store_table table)
{
    struct text_buf sql;
    const struct table_shape *shape = table_shape(table);
    size_t width = table_width(table);
    if (database->put[table] != NULL)
        return true;
    text_buf_init(&sql, SQL_MAX_BYTES);
    text_putf(&sql, "INSERT INTO \"%s\" VALUES(?1", shape->name);
    for (size_t i = 1; i < width; i++)
        text_putf(&sql, ",?%zu", i + 1);
    text_put_z(&sql, ") ON CONFLICT(");
    put_columns(&sql, table, 0, (size_t)shape->keys, LIST_NAMES);
    text_put_z(&sql, (size_t)shape->keys < width ? ") DO UPDATE SET " : ") DO NOTHING");
    put_columns(&sql, table, (size_t)shape->keys, width, LIST_UPDATE);
    bool fine = prepare(database, text_buf_z(&sql), &database->put[table]);
    text_buf_release(&sql);
    return fine;
}

static bool prepare_remove(struct database *database, enum store_table table, size_t count)
{
    struct text_buf sql;
    REQUIRE(count >= 1 && count <= KEYS_MAX);
    if (database->remove[table][count] != NULL)
        return true;
    text_buf_init(&sql, SQL_MAX_BYTES);
    text_putf(&sql, "DELETE FROM \"%s\" WHERE ", table_shape(table)->name);
    put_columns(&sql, table, 0, count, LIST_EQUAL);
    bool fine = prepare(database, text_buf_z(&sql), &database->remove[table][count]);
    text_buf_release(&sql);
    return fine;
}

static bool prepare_below(struct database *database, enum store_table table)
{
    struct text_buf sql;
    if (database->below[table] != NULL)
        return true;
    text_buf_init(&sql, SQL_MAX_BYTES);
    text_putf(&sql, "DELETE FROM \"%s\" WHERE ", table_shape(table)->name);
    put_columns(&sql, table, 0, 1, LIST_NAMES);
    text_put_z(&sql, "<?1");
    bool fine = prepare(database, text_buf_z(&sql), &database->below[table]);
    text_buf_release(&sql);
    return fine;
}

/* ---- the schema */

static bool create_table(struct database *database, enum store_table table)
{
    struct text_buf sql;
    struct text rest = text_of(table_shape(table)->columns), name;
    const struct table_shape *shape = table_shape(table);
    bool integer, first = true, by_rowid = false;
    text_buf_init(&sql, SQL_MAX_BYTES);
    text_putf(&sql, "CREATE TABLE \"%s\"( -- %s\n", shape->name, shape->about);
    for (; table_column(&rest, &name, &integer); first = false) {
        bool key = first && integer && shape->keys == 1;
        by_rowid = by_rowid || key;
        text_putf(&sql, "%s  \"%.*s\" %s%s", first ? "" : ",\n", TEXT_ARGS(name),
                  integer ? "INTEGER" : "TEXT", key ? " PRIMARY KEY" : "");
    }
    if (!by_rowid) {
        text_put_z(&sql, ",\n  UNIQUE(");
        put_columns(&sql, table, 0, (size_t)shape->keys, LIST_NAMES);
        text_put_char(&sql, ')');
    }
    text_put_char(&sql, ')');
    bool fine = run(database, text_buf_z(&sql));
    text_buf_release(&sql);
    return fine;
}

/* The journal's rows of one kind, their columns under their names. */
static bool create_view(struct database *database, enum journal_kind kind)
{
    struct text_buf sql;
    text_buf_init(&sql, SQL_MAX_BYTES);
    text_putf(&sql,
              "CREATE VIEW \"event_%s\" AS SELECT \"n\", \"tenant\", "
              "strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', \"wall_ms\" / 1000.0, 'unixepoch') AS \"at\"",
              journal_kind_name(kind));
    for (size_t i = 0; journal_text_key(kind, i) != NULL; i++)
        text_putf(&sql, ", \"t%zu\" AS \"%s\"", i + 1, journal_text_key(kind, i));
    for (size_t i = 0; journal_number_key(kind, i) != NULL; i++)
        text_putf(&sql, ", \"n%zu\" AS \"%s\"", i + 1, journal_number_key(kind, i));
    text_putf(&sql, " FROM \"journal\" WHERE \"kind\" = '%s'", journal_kind_name(kind));
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
    bool fine = run(database, "BEGIN EXCLUSIVE") && run(database, id) && run(database, version);
    for (int i = 0; fine && i < TABLE_COUNT; i++)
        fine = create_table(database, (enum store_table)i);
    for (int i = 0; fine && i < JOURNAL_KIND_COUNT; i++)
        fine = create_view(database, (enum journal_kind)i);
    return fine && run(database, "COMMIT");
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

/* The first look takes the lock. */
static bool look(struct database *database, int64_t bytes, struct fail *why)
{
    if (!run(database, "PRAGMA locking_mode=EXCLUSIVE"))
        return fail_set(why, "%s cannot be opened: %s", database->path, sqlite3_errmsg(database->db));
    int64_t tables = ask_number(database, "SELECT count(*) FROM sqlite_schema");
    if (tables < 0)
        return unreadable(database, why);
    database->is_new = tables == 0;
    if (database->is_new || bytes > DATABASE_CHECK_MAX_BYTES)
        return true;
    return quick_check(database, why);
}

struct database *database_open(const char *path, struct fail *why)
{
    int64_t bytes;
    if (!store_file_judge(path, DATABASE_VERSION, &bytes, why) || !sqlite_load(why))
        return NULL;
    struct database *database = mem_new(sizeof *database);
    database->path = mem_string(path);
    /* The log of one that was killed must stay as it is until all is known to be well; without one there is
     * nothing to keep, and an empty one that SQLite made goes again. */
    bool may_close = !store_file_has_log(path);
    store_file_prepare(path);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &database->db, flags, NULL) != SQLITE_OK)
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
    for (int i = 0; i < TABLE_COUNT; i++) {
        sqlite3_finalize(database->put[i]);
        sqlite3_finalize(database->below[i]);
        for (int k = 0; k <= KEYS_MAX; k++)
            sqlite3_finalize(database->remove[i][k]);
    }
    sqlite3_close(database->db);
    mem_free(database->path);
    mem_free(database);
}

bool database_begin(struct database *database, struct fail *why)
{
    if (database->is_new && !create(database))
        return unreadable(database, why);
    bool fine = run(database, "PRAGMA synchronous=OFF") && run(database, "PRAGMA journal_mode=WAL") &&
                run(database, "PRAGMA wal_autocheckpoint=2000") && may_checkpoint_on_close(database, true);
    return fine || fail_set(why, "%s cannot be written: %s", database->path, sqlite3_errmsg(database->db));
}

/* ---- reading */

static bool read_column(struct database *database, enum store_table table, sqlite3_stmt *statement, int at,
                        struct row *row, struct fail *why)
{
    switch (sqlite3_column_type(statement, at)) {
    case SQLITE_INTEGER:
        row_int(row, sqlite3_column_int64(statement, at));
        return true;
    case SQLITE_NULL:
        row_null(row);
        return true;
    case SQLITE_TEXT:
        break;
    default:
        return damaged(database, "a value is neither a number nor a text", why);
    }
    const char *text = (const char *)sqlite3_column_text(statement, at);
    struct text view = text_span(text, (size_t)sqlite3_column_bytes(statement, at));
    row_text(row, view);
    bool any_bytes = table == TABLE_JOURNAL; /* it has what receivers answered */
    return any_bytes || utf8_valid(view) || damaged(database, "a text is not UTF-8", why);
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
    text_put_z(&sql, "SELECT ");
    put_columns(&sql, table, 0, (size_t)width, LIST_NAMES);
    text_putf(&sql, " FROM \"%s\" ORDER BY rowid", table_shape(table)->name);
    if (prepare(database, text_buf_z(&sql), &statement))
        result = SQLITE_ROW;
    while (fine && result == SQLITE_ROW && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct row row = row_of(table, ROW_PUT);
        for (int i = 0; fine && i < width; i++)
            fine = read_column(database, table, statement, i, &row, why);
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

static sqlite3_stmt *statement_of(struct database *database, const struct row *row)
{
    switch (row->op) {
    case ROW_PUT:
        return prepare_put(database, row->table) ? database->put[row->table] : NULL;
    case ROW_REMOVE:
        return prepare_remove(database, row->table, row->count) ? database->remove[row->table][row->count]
                                                                : NULL;
    case ROW_REMOVE_BELOW:
        return prepare_below(database, row->table) ? database->below[row->table] : NULL;
    case ROW_CLEAR:
        break;
    }
    return NULL;
}

static void bind(sqlite3_stmt *statement, int at, const struct row_value *value)
{
    if (value->type == COLUMN_INT)
        sqlite3_bind_int64(statement, at, value->number);
    else if (value->type == COLUMN_TEXT)
        sqlite3_bind_text(statement, at, value->text.at, (int)value->text.len, SQLITE_STATIC);
}

static bool apply(struct database *database, const struct row *row)
{
    if (row->op == ROW_CLEAR)
        return clear(database);
    sqlite3_stmt *statement = statement_of(database, row);
    if (statement == NULL)
        return false;
    for (size_t i = 0; i < row->count; i++)
        bind(statement, (int)i + 1, &row->values[i]);
    bool fine = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return fine;
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

bool database_write(struct database *database, struct text rows, struct fail *why)
{
    struct row row;
    bool fine = step_once(database, "BEGIN IMMEDIATE", &database->begin);
    while (fine && row_read(&rows, &row))
        fine = apply(database, &row);
    return (fine && step_once(database, "COMMIT", &database->commit)) || give_up(database, why);
}

bool database_has_room(struct database *database, struct fail *why)
{
    bool fine = run(database, "BEGIN IMMEDIATE") &&
                run(database, "CREATE TABLE IF NOT EXISTS room(filling)") &&
                run(database, "INSERT INTO room VALUES(zeroblob(262144))") && run(database, "COMMIT") &&
                run(database, "DROP TABLE room");
    return fine || give_up(database, why);
}
