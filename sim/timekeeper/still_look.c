/* Reads state and count of each thread, in the order that the proof needs. The first look begins with the
 * thread that ran last time: while somebody works, it costs two reads. */
#include "still_look.h"

#include <errno.h>
#include <string.h>

enum { TRIES = 3 };

enum look { ASLEEP, AWAKE, GONE };

static bool is_asleep(char state)
{
    return state != '\0' && strchr("STtZXI", state) != NULL;
}

static void name_runner(struct stack_threads *stack, const struct stack_thread *thread, char state,
                        struct still_runner *ret)
{
    const struct stack_process *process = stack_threads_process(stack, thread->pid);
    *ret = (struct still_runner){.pid = thread->pid, .tid = thread->tid, .state = state};
    if (process != NULL)
        memcpy(ret->name, process->name, sizeof ret->name);
}

/* Only what is certainly no more counts as gone: without a descriptor left nothing can be read either. */
static enum look unread(struct stack_thread *thread)
{
    thread->state = '?';
    return errno == ENOENT || errno == ESRCH ? GONE : AWAKE;
}

static enum look read_state(struct stack_thread *thread)
{
    char text[PROC_TEXT_BYTES];
    struct proc_stat stat;
    if (!stack_thread_read(thread, text))
        return unread(thread);
    if (!proc_stat_parse(text, &stat))
        return AWAKE;
    thread->state = stat.state;
    return is_asleep(stat.state) ? ASLEEP : AWAKE;
}

static enum look look_first(struct stack_thread *thread)
{
    return stack_thread_read_switches(thread, &thread->switches) ? read_state(thread) : unread(thread);
}

static void to_front(struct stack_threads *stack, size_t thread)
{
    struct stack_thread moved = stack->threads[thread];
    stack->threads[thread] = stack->threads[0];
    stack->threads[0] = moved;
}

/* A process of which only the zombie of its first thread is left is no more. */
static void judge_processes(struct stack_threads *stack)
{
    size_t living = 0;
    for (size_t i = 0; i < stack->process_count; i++) {
        living += stack->processes[i].alive;
        stack->processes[i].alive = false;
    }
    for (size_t i = 0; i < stack->thread_count; i++) {
        const struct stack_thread *thread = &stack->threads[i];
        struct stack_process *process = stack_threads_process(stack, thread->pid);
        if (process != NULL && thread->state != 'Z' && thread->state != 'X')
            process->alive = true;
    }
    for (size_t i = 0; i < stack->process_count; i++)
        living -= stack->processes[i].alive;
    stack->changes += living != 0;
}

static bool all_sleep(struct stack_threads *stack, struct still_runner *ret_runner)
{
    for (size_t i = 0; i < stack->thread_count;) {
        enum look seen = look_first(&stack->threads[i]);
        if (seen == AWAKE) {
            name_runner(stack, &stack->threads[i], stack->threads[i].state, ret_runner);
            to_front(stack, i);
            return false;
        }
        if (seen == GONE)
            stack_threads_drop(stack, i);
        else
            i++;
    }
    return true;
}

/* Did the look miss anybody? On a busy machine others are born during every long look: then it counts, from
 * the second try on, that a search found nobody new. What that misses is who was born by one who was himself
 * not known yet and died during the search. Where all that /proc shows is the stack there are no others. */
static bool somebody_was_born(struct stack_threads *stack, int tries)
{
    bool stale = stack_threads_are_stale(stack);
    if (!stale && stack_threads_are_settled(stack))
        return false;
    bool nobody_new = stack_threads_settle(stack);
    return !nobody_new || (stale && (tries == 0 || stack->root == 0) && stack->loadavg_fd >= 0);
}

bool still_first(struct stack_threads *stack, struct still_runner *ret_runner)
{
    if (stack_threads_are_stale(stack))
        stack_threads_refresh(stack);
    for (int tries = 0; tries < TRIES; tries++) {
        if (!all_sleep(stack, ret_runner))
            return false;
        if (!somebody_was_born(stack, tries)) {
            judge_processes(stack);
            return true;
        }
    }
    *ret_runner = (struct still_runner){.state = '+'};
    return false;
}

bool still_again(struct stack_threads *stack, struct still_runner *ret_runner)
{
    for (size_t i = 0; i < stack->thread_count; i++) {
        struct stack_thread *thread = &stack->threads[i];
        uint64_t switches = 0;
        enum look seen = read_state(thread);
        if (seen == ASLEEP && stack_thread_read_switches(thread, &switches) && switches == thread->switches &&
            (thread->state != 'S' || !stack_thread_is_queued(thread)))
            continue;
        name_runner(stack, thread, seen == AWAKE ? thread->state : '-', ret_runner);
        to_front(stack, i);
        return false;
    }
    if (!stack_threads_are_stale(stack))
        return true;
    if (!stack_threads_refresh(stack) && (stack->root != 0 || stack->loadavg_fd < 0))
        return true;
    *ret_runner = (struct still_runner){.state = '+'};
    return false;
}

void still_expect(struct stack_threads *stack, pid_t pid)
{
    for (size_t i = 0; i < stack->thread_count; i++)
        if (stack->threads[i].pid == pid)
            to_front(stack, i);
}
