/* The only place that has a signal handler. */
#include "interrupts.h"

#include <stddef.h>

static volatile sig_atomic_t last, count;

static void note(int signal)
{
    last = signal;
    count = count + 1;
}

static const struct {
    int signal;
    void (*handler)(int signal);
} caught[INTERRUPTS_CAUGHT] = {{SIGPIPE, SIG_IGN}, {SIGINT, note}, {SIGTERM, note}, {SIGHUP, note}};

void interrupts_catch(struct interrupts *interrupts)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    last = count = 0;
    sigprocmask(SIG_BLOCK, &held, &interrupts->before);
    for (size_t i = 0; i < INTERRUPTS_CAUGHT; i++) {
        struct sigaction action = {.sa_handler = caught[i].handler};
        sigaction(caught[i].signal, &action, &interrupts->actions[i]);
        if (caught[i].signal == SIGHUP && interrupts->actions[i].sa_handler == SIG_IGN)
            sigaction(SIGHUP, &interrupts->actions[i], NULL);
    }
}

void interrupts_restore(const struct interrupts *interrupts)
{
    for (size_t i = 0; i < INTERRUPTS_CAUGHT; i++)
        sigaction(caught[i].signal, &interrupts->actions[i], NULL);
    sigprocmask(SIG_SETMASK, &interrupts->before, NULL);
}

int interrupts_count(void)
{
    return count;
}

int interrupts_last(void)
{
    return last;
}
