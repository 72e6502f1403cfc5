/* What a thread without a deadline waits for is the system call that it is in, as /proc says. */
#include "waiters.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

enum { WHAT_BYTES = 48, NS_PER_MS = 1000000 };

static const struct {
    long number;
    const char *what;
} calls[] = {
    {SYS_futex, "a lock or condition"},
    {SYS_epoll_pwait, "descriptors"},
    {SYS_ppoll, "descriptors"},
    {SYS_pselect6, "descriptors"},
#ifdef SYS_epoll_wait
    {SYS_epoll_wait, "descriptors"},
    {SYS_poll, "descriptors"},
    {SYS_select, "descriptors"},
    {SYS_pause, "a signal"},
#endif
    {SYS_read, "a read"},
    {SYS_readv, "a read"},
    {SYS_write, "a write"},
    {SYS_recvfrom, "a read from a socket"},
    {SYS_recvmsg, "a read from a socket"},
    {SYS_sendto, "a write to a socket"},
    {SYS_sendmsg, "a write to a socket"},
    {SYS_accept, "a connection"},
    {SYS_accept4, "a connection"},
    {SYS_connect, "a connection to open"},
    {SYS_wait4, "a child to end"},
    {SYS_waitid, "a child to end"},
    {SYS_rt_sigtimedwait, "a signal"},
    {SYS_rt_sigsuspend, "a signal"},
    {SYS_nanosleep, "a sleep in real time"},
    {SYS_clock_nanosleep, "a sleep in real time"},
    {SYS_flock, "a file lock"},
};

static const struct {
    enum clock_wait wait;
    const char *what;
} waits[] = {
    {CLOCK_WAIT_SLEEP, "a sleep"},
    {CLOCK_WAIT_DESCRIPTOR, "descriptors"},
    {CLOCK_WAIT_BY_WAKER, "a lock or condition"},
    {CLOCK_WAIT_TIMER, "a timer"},
};

static const char *what_is_awaited(const struct stack_thread *thread, char out[WHAT_BYTES])
{
    char text[PROC_TEXT_BYTES];
    long number = 0;
    if (strchr("Tt", thread->state) != NULL)
        return "stopped";
    if (strchr("ZX", thread->state) != NULL)
        return "ended, its parent has not asked";
    if (!proc_read(thread->pid, thread->tid, "syscall", text) || !isdigit((unsigned char)*text))
        return "asleep";
    for (const char *at = text; isdigit((unsigned char)*at); at++)
        number = number * 10 + (*at - '0');
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (calls[i].number == number)
            return calls[i].what;
    snprintf(out, WHAT_BYTES, "system call %ld", number);
    return out;
}

static void put_row(struct text_buf *out, const char *party, const char *process, int pid, const char *what,
                    const char *until)
{
    char name[PROC_NAME_BYTES + 16];
    snprintf(name, sizeof name, "%s (%d)", process, pid);
    text_putf(out, "%-10s  %-24s  %-32s  %s\n", party, name, what, until);
}

static void put_deadline(struct text_buf *out, const struct deadlines *open, const struct jump_fact *fact,
                         int64_t now_ns)
{
    char until[96];
    const char *what = "time to pass", *note = "";
    int64_t left_ms = (fact->due_ns - now_ns) / NS_PER_MS;
    if (fact->slot < CLOCK_SLOTS_MAX)
        for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
            if (waits[i].wait == (enum clock_wait)open->page->slots[fact->slot].wait)
                what = waits[i].what;
    if (fact->woken)
        note = "  is due, but does not go on";
    else if ((fact->role == CLOCK_ROLE_BACKEND || fact->role == CLOCK_ROLE_STORE) &&
             jump_rule_is_housekeeping(fact))
        note = "  housekeeping";
    else if (jump_rule_is_passive(fact))
        note = "  owes nothing";
    snprintf(until, sizeof until, "%s%lld.%03lld s%s", left_ms < 0 ? "-" : "+",
             (long long)(left_ms < 0 ? -left_ms : left_ms) / 1000,
             (long long)(left_ms < 0 ? -left_ms : left_ms) % 1000, note);
    put_row(out, deadlines_party(open, fact->party), fact->process, fact->pid, what, until);
}

static bool has_deadline(const struct deadlines *open, const struct stack_thread *thread)
{
    for (size_t i = 0; i < open->count; i++)
        if (open->facts[i].pid == thread->pid && open->facts[i].tid == thread->tid)
            return true;
    return false;
}

static const char *party_of(const struct deadlines *open, pid_t pid)
{
    uint32_t used = open->page->slots_used;
    for (uint32_t i = 0; i < used; i++)
        if (open->page->slots[i].pid == pid)
            return deadlines_party(open, open->page->slots[i].party);
    return "-";
}

/* Threads of one process that wait for the same thing share a line. */
static size_t put_process(struct text_buf *out, const struct deadlines *open,
                          const struct stack_threads *stack, const struct stack_process *process)
{
    enum { KINDS = 8 };
    char kinds[KINDS][WHAT_BYTES];
    size_t counts[KINDS] = {0}, used = 0;
    for (size_t i = 0; i < stack->thread_count; i++) {
        char room[WHAT_BYTES];
        size_t kind = 0;
        if (stack->threads[i].pid != process->pid || has_deadline(open, &stack->threads[i]))
            continue;
        const char *what = what_is_awaited(&stack->threads[i], room);
        while (kind < used && strcmp(kinds[kind], what) != 0)
            kind++;
        if (kind == KINDS)
            continue;
        if (kind == used)
            snprintf(kinds[used++], WHAT_BYTES, "%s", what);
        counts[kind]++;
    }
    for (size_t kind = 0; kind < used; kind++) {
        char what[WHAT_BYTES + 32];
        if (counts[kind] > 1)
            snprintf(what, sizeof what, "%zu threads: %s", counts[kind], kinds[kind]);
        else
            snprintf(what, sizeof what, "%s", kinds[kind]);
        put_row(out, party_of(open, process->pid), process->name, process->pid, what, "no deadline");
    }
    return used;
}

void waiters_put(struct text_buf *out, const struct deadlines *open, const struct stack_threads *stack,
                 int64_t now_ns)
{
    size_t lines = 0;
    for (size_t i = 0; i < open->count && lines < WAITERS_LINES_MAX; i++, lines++)
        put_deadline(out, open, &open->facts[i], now_ns);
    for (size_t i = 0; i < stack->process_count && lines < WAITERS_LINES_MAX; i++)
        if (stack->processes[i].pid != stack->self)
            lines += put_process(out, open, stack, &stack->processes[i]);
    if (lines >= WAITERS_LINES_MAX)
        text_put_z(out, "and more\n");
    if (open->page->overflow_pid != 0)
        text_putf(out, "process %d found no room for a deadline and waits in real time\n",
                  (int)open->page->overflow_pid);
}
