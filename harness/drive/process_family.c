/* The group is signalled as a whole (that misses nobody), descendants outside it one by one. */
#include "process_family.h"

#include <poll.h>
#include <signal.h>

#include "clock.h"
#include "mem.h"
#include "process_table.h"

enum { GONE_LOOK_MS = 2, GONE_WAIT_MS = 2000 };

static size_t family_read(pid_t leader, pid_t **ret_pids)
{
    struct process_table table;
    process_table_read(&table);
    size_t count = process_table_family(&table, leader, ret_pids);
    process_table_release(&table);
    return count;
}

static void signal_all(pid_t leader, const pid_t *pids, size_t count, int signal)
{
    kill(-leader, signal);
    for (size_t i = 0; i < count; i++)
        kill(pids[i], signal);
}

void family_signal(pid_t leader, int signal)
{
    pid_t *pids;
    size_t count = family_read(leader, &pids);
    signal_all(leader, pids, count, signal);
    mem_free(pids);
}

bool family_has_others(pid_t leader)
{
    pid_t *pids;
    size_t count = family_read(leader, &pids);
    mem_free(pids);
    return count > 0;
}

static bool any_lives(const pid_t *pids, size_t count)
{
    struct process_table table;
    process_table_read(&table);
    bool lives = false;
    for (size_t i = 0; i < count; i++)
        lives = lives || process_table_has(&table, pids[i]);
    process_table_release(&table);
    return lives;
}

/* Their ports and locks are free only when they are gone. */
void family_kill(pid_t leader)
{
    pid_t *pids;
    size_t count = family_read(leader, &pids);
    signal_all(leader, pids, count, SIGKILL);
    int64_t until_us = clock_real_mono_us() + GONE_WAIT_MS * 1000;
    while (any_lives(pids, count) && clock_real_mono_us() < until_us)
        poll(NULL, 0, GONE_LOOK_MS);
    mem_free(pids);
}
