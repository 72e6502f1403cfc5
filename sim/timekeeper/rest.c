/* Packets and connections are asked between the two looks at the threads: at an instant within that time
 * nobody ran, so what they said then is how it was at that instant. */
#include "rest.h"

#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "still_look.h"

static bool threads_can_be_counted(void)
{
    char text[PROC_TEXT_BYTES];
    struct proc_stat stat;
    uint64_t switches;
    return proc_read_stat(getpid(), gettid(), &stat) && stat.state == 'R' &&
           proc_read(getpid(), gettid(), "schedstat", text) && proc_schedstat_parse(text, &switches);
}

struct rest *rest_new(pid_t root, pid_t left_out, struct fail *why)
{
    struct rest *rest = mem_new(sizeof *rest);
    rest->stack = stack_threads_new(root, left_out);
    rest->backlog = packet_backlog_new();
    if (!threads_can_be_counted())
        fail_set(why, "/proc is not of this process's namespace, or does not count how often a thread ran");
    else
        rest->pairs = loopback_pairs_new(why);
    if (rest->pairs != NULL)
        return rest;
    rest_free(rest);
    return NULL;
}

void rest_free(struct rest *rest)
{
    if (rest == NULL)
        return;
    stack_threads_free(rest->stack);
    loopback_pairs_free(rest->pairs);
    packet_backlog_free(rest->backlog);
    mem_free(rest);
}

static void say_who(const struct still_runner *runner, struct text_buf *out)
{
    static const struct {
        char state;
        const char *text;
    } texts[] = {{'R', "runs"}, {'D', "waits for a disk"}};
    const char *what = "ran in between";
    if (runner->pid == 0) {
        text_put_z(out, "threads are being born");
        return;
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (runner->state == texts[i].state)
            what = texts[i].text;
    text_putf(out, "%s (%d) thread %d %s", runner->name, (int)runner->pid, (int)runner->tid, what);
}

bool rest_reached(struct rest *rest, const struct clock_page *page)
{
    struct still_runner runner = {0};
    struct text_buf why;
    uint32_t used = page->slots_used;
    bool reached = false;
    text_buf_init(&why, sizeof rest->why - 1);
    text_put_z(&why, "never at rest: ");
    for (uint32_t i = 0; i < used; i++)
        if (page->slots[i].pid != 0)
            stack_threads_include(rest->stack, page->slots[i].pid);
    if (!still_first(rest->stack, &runner))
        say_who(&runner, &why);
    else if (!packet_backlog_is_empty(rest->backlog))
        text_put_z(&why, "packets wait for the kernel");
    else if (loopback_pairs_at_rest(rest->pairs, clock_real_mono_us(), &why)) {
        reached = still_again(rest->stack, &runner);
        say_who(&runner, &why);
    }
    if (!reached)
        memccpy(rest->why, text_buf_z(&why), '\0', sizeof rest->why - 1);
    text_buf_release(&why);
    return reached;
}
