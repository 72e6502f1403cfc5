/* Reads /proc/PID/stat of every process. Signals are the callers' business. */
#include "process_table.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "file_bytes.h"
#include "mem.h"

/* "pid (name) state parent group …"; the name may hold any byte, also brackets. */
static bool row_read(const char *pid_text, struct process_row *row)
{
    char path[300];
    struct text_buf stat;
    int64_t pid;
    if (!text_to_int(text_of(pid_text), 1, INT32_MAX, &pid))
        return false;
    snprintf(path, sizeof path, "/proc/%s/stat", pid_text);
    if (!file_read(path, &stat, NULL))
        return false;
    const char *behind_name = strrchr(text_buf_z(&stat), ')');
    char state = 'Z';
    int parent = 0, group = 0;
    bool lives = behind_name != NULL && sscanf(behind_name, ") %c %d %d", &state, &parent, &group) == 3 &&
                 state != 'Z' && state != 'X';
    text_buf_release(&stat);
    *row = (struct process_row){.pid = (pid_t)pid, .parent = parent, .group = group};
    return lives;
}

void process_table_read(struct process_table *ret_table)
{
    *ret_table = (struct process_table){0};
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        return;
    size_t room = 0;
    struct dirent *entry;
    while ((entry = readdir(processes)) != NULL) {
        if (ret_table->count == room) {
            room = room == 0 ? 64 : room * 2;
            ret_table->rows = mem_resize(ret_table->rows, room * sizeof *ret_table->rows);
        }
        if (row_read(entry->d_name, &ret_table->rows[ret_table->count]))
            ret_table->count++;
    }
    closedir(processes);
}

void process_table_release(struct process_table *table)
{
    mem_free(table->rows);
}

static bool pids_have(const pid_t *pids, size_t count, pid_t pid)
{
    for (size_t i = 0; i < count; i++)
        if (pids[i] == pid)
            return true;
    return false;
}

size_t process_table_family(const struct process_table *table, pid_t leader, pid_t **ret_pids)
{
    pid_t *pids = mem_new_array(table->count + 1, sizeof *pids);
    size_t count = 0;
    size_t before;
    do { /* until a round finds nobody new: children may stand before their parents */
        before = count;
        for (size_t i = 0; i < table->count; i++) {
            const struct process_row *row = &table->rows[i];
            bool belongs =
                row->group == leader || row->parent == leader || pids_have(pids, count, row->parent);
            if (belongs && row->pid != leader && !pids_have(pids, count, row->pid))
                pids[count++] = row->pid;
        }
    } while (count > before);
    *ret_pids = pids;
    return count;
}

bool process_table_has(const struct process_table *table, pid_t pid)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].pid == pid)
            return true;
    return false;
}
