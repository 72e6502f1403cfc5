/* A program that knows nothing of the virtual clock: it waits ten minutes in each way that there is, and
 * prints how long that took, for the matrix of programs. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "test_waits.h"

enum { TEN_MINUTES_MS = 600000 };

struct waiting {
    const struct test_wait *row;
    struct test_place place;
    int64_t took_ms;
    enum test_wait_end end;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *run(void *context)
{
    struct waiting *waiting = context;
    int64_t begun_ms = now_ms();
    waiting->end = waiting->row->wait(&waiting->place, TEN_MINUTES_MS);
    waiting->took_ms = now_ms() - begun_ms;
    return NULL;
}

int main(void)
{
    for (size_t i = 0; i < test_waits_count; i++) {
        struct waiting waiting = {.row = &test_waits[i]};
        pthread_t thread;
        test_place_init(&waiting.place);
        if (pthread_create(&thread, NULL, run, &waiting) != 0)
            return 1;
        pthread_join(thread, NULL);
        test_place_release(&waiting.place);
        printf("%s: 600000 %lld\n", waiting.row->name,
               waiting.end == WAIT_TIMED_OUT ? (long long)waiting.took_ms : -1LL);
    }
    return 0;
}
