/* process_table: who runs, whose child and in which group, read from /proc at one moment.
 *
 *     struct process_table table;
 *     process_table_read(&table);
 *     pid_t *pids;
 *     size_t count = process_table_family(&table, leader, &pids);      // its group and its descendants
 *     process_table_release(&table);
 *
 * A moment later it may be wrong: callers look again. Zombies are not in it: they hold nothing. */
#ifndef PROCESS_TABLE_H
#define PROCESS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process_row {
    pid_t pid, parent, group;
};

struct process_table {
    struct process_row *rows;
    size_t count;
};

void process_table_read(struct process_table *ret_table);
void process_table_release(struct process_table *table);

/* Everyone but the leader who is in its group or descends from it, at any depth. New list; its length. */
size_t process_table_family(const struct process_table *table, pid_t leader, pid_t **ret_pids);
bool process_table_has(const struct process_table *table, pid_t pid);

#endif
