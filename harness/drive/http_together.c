/* Prepared requests, each on a thread of its own, held at a barrier and released together. */
#include <pthread.h>

#include "fail.h"
#include "http_client.h"
#include "mem.h"

struct runner {
    struct http_exchange *exchange;
    struct http_result *result;
    pthread_barrier_t *barrier;
    pthread_t thread;
};

static void *runner_run(void *context)
{
    struct runner *runner = context;
    pthread_barrier_wait(runner->barrier);
    http_exchange_run(runner->exchange, runner->result);
    return NULL;
}

void http_run_together(struct http_exchange *const *exchanges, size_t count, struct http_result *ret_results)
{
    REQUIRE(count <= HTTP_TOGETHER_MAX);
    if (count == 0)
        return;
    struct runner *runners = mem_new_array(count, sizeof *runners);
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        runners[i] =
            (struct runner){.exchange = exchanges[i], .result = &ret_results[i], .barrier = &barrier};
        REQUIRE(pthread_create(&runners[i].thread, NULL, runner_run, &runners[i]) == 0);
    }
    for (size_t i = 0; i < count; i++)
        pthread_join(runners[i].thread, NULL);
    pthread_barrier_destroy(&barrier);
    mem_free(runners);
}
