/* sql: the statements of a store's tables, made of row.h's tables. Pure; each appends its text. Parameters
 * are ?1, ?2, ... in the order of the columns. Thread-safe. */
#ifndef SQL_H
#define SQL_H

#include "row.h"

/* Room for any of them. */
enum { SQL_MAX_BYTES = 8192 };

void sql_create(struct text_buf *sql, enum store_table table);
/* All columns; in the order in which rows were first put. */
void sql_select(struct text_buf *sql, enum store_table table);
/* A row that is replaced by key keeps its place in the order. */
void sql_put(struct text_buf *sql, enum store_table table);
/* Rows whose first `count` columns have these values. */
void sql_remove(struct text_buf *sql, enum store_table table, size_t count);
/* Rows whose first column is smaller. */
void sql_remove_below(struct text_buf *sql, enum store_table table);
/* 1 when there is a row in any table, else 0. */
void sql_any(struct text_buf *sql);

#endif
