/* test_site: a server with a handler made for tests: what a path asks for happens, and what came of it is
 * remembered.
 *
 *     struct test_site site;
 *     test_site_open(&site, &(struct http_config){0});   // what is zero gets a value fit for tests
 *     ... requests to site.port ...
 *     test_site_wait(&site, HTTP_END_CLIENT_LEFT);       // until one exchange has ended so
 *     test_site_close(&site);
 *
 * Paths: /hello answers "hello\n"; /echo what the handler saw; /park until test_site_release();
 * /park-until?MS with that deadline; /delay?MS; /reset /close /hang /truncate /drip /garbage;
 * /stream what test_site_stream() puts in; /headers with seventeen headers; anything else 404. */
#ifndef TEST_SITE_H
#define TEST_SITE_H

#include <pthread.h>

#include "http_server.h"

enum { ENDS_MAX = HTTP_END_STOPPED + 1 };

struct test_site {
    struct http_server *server;
    struct timers *timers;
    struct authority *authority;
    int port;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned ended[ENDS_MAX]; /* finished exchanges by how they ended */
    unsigned parked;          /* calls that parked */
    unsigned calls;
    unsigned refusals;
    char refused[256]; /* the last one's words */
    bool released;
    struct text_buf stream;
    bool stream_over;
    unsigned streams_ended;
};

void test_site_open(struct test_site *site, const struct http_config *config);
void test_site_close(struct test_site *site);
/* Waits until an exchange has ended that way, which it takes back. Fails the test after a guard of seconds.
 */
void test_site_wait(struct test_site *site, enum http_end how);
/* Waits until `count` calls have parked altogether. */
void test_site_wait_parked(struct test_site *site, unsigned count);
void test_site_wait_refusals(struct test_site *site, unsigned count);
/* /park answers from now on. */
void test_site_release(struct test_site *site);
void test_site_stream(struct test_site *site, const char *bytes, bool over);

#endif
