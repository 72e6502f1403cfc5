/* The accepting thread. It reads nothing but CONNECT heads, and parses no HTTP beyond them. */
#include "acceptor.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "client_hello.h"
#include "clock.h"
#include "listener.h"
#include "log.h"
#include "mem.h"
#include "tunnel.h"

enum {
    ACCEPTS_AT_ONCE = 64,
    PAUSE_MS = 100, /* how long listening rests when descriptors are short, or nobody may give way yet */
    GRACE_MS = 100, /* how long everybody may take before giving way to others */
    WARNING_PAUSE_S = 10,
    TLS_HANDSHAKE_BYTE = 0x16,
};

enum source_kind { SOURCE_LISTENER, SOURCE_NEWCOMER, SOURCE_WAKE, SOURCE_EXTRA };

/* What an epoll event points to; first member of what stands in the set. */
struct source {
    enum source_kind kind;
    int fd;
};

struct listener {
    struct source source;
    struct listener *next;
};

/* A connection that has not said yet what it is. Oldest first in the list, so deadlines are in order, too. */
struct newcomer {
    struct source source;
    struct address peer;
    int64_t deadline_us; /* real time: a guard, no behaviour */
    bool tunnelled;
    bool in_set;
    struct newcomer *next, *prev;
};

struct acceptor {
    struct acceptor_config config;
    pthread_t thread;
    pthread_mutex_t lock; /* listeners */
    struct listener *listeners;
    struct source wake, extra;
    int epoll;
    struct newcomer *oldest, *newest;
    struct newcomer *gone; /* freed after the batch of events that may still name them */
    size_t newcomers;
    int64_t paused_until_us; /* or until a connection ends, unless it is descriptors that are short */
    bool starved;
    int64_t next_warning_us;
    _Atomic size_t open;
    _Atomic bool paused;
    _Atomic bool stopping;
};

static bool add_source(struct acceptor *acceptor, struct source *source, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = source};
    return epoll_ctl(acceptor->epoll, EPOLL_CTL_ADD, source->fd, &event) == 0;
}

static void wake(struct acceptor *acceptor)
{
    uint64_t one = 1;
    if (write(acceptor->wake.fd, &one, sizeof one) < 0)
        log_line(LOG_DEBUG, "http", "the accepting thread is awake already");
}

/* Listening pauses by masking the listeners' events, and goes on by unmasking them. */
static void set_listening(struct acceptor *acceptor, bool on, int64_t paused_until_us)
{
    pthread_mutex_lock(&acceptor->lock);
    for (struct listener *l = acceptor->listeners; l != NULL; l = l->next) {
        struct epoll_event event = {.events = on ? EPOLLIN : 0, .data.ptr = &l->source};
        epoll_ctl(acceptor->epoll, EPOLL_CTL_MOD, l->source.fd, &event);
    }
    acceptor->paused = !on;
    acceptor->paused_until_us = paused_until_us;
    pthread_mutex_unlock(&acceptor->lock);
}

static void unlink_newcomer(struct acceptor *acceptor, struct newcomer *newcomer)
{
    if (newcomer->prev == NULL)
        acceptor->oldest = newcomer->next;
    else
        newcomer->prev->next = newcomer->next;
    if (newcomer->next == NULL)
        acceptor->newest = newcomer->prev;
    else
        newcomer->next->prev = newcomer->prev;
}

static void append_newcomer(struct acceptor *acceptor, struct newcomer *newcomer)
{
    newcomer->deadline_us = clock_real_mono_us() + (int64_t)acceptor->config.greeting_timeout_ms * 1000;
    newcomer->next = NULL;
    newcomer->prev = acceptor->newest;
    if (acceptor->newest == NULL)
        acceptor->oldest = newcomer;
    else
        acceptor->newest->next = newcomer;
    acceptor->newest = newcomer;
}

/* Takes the newcomer out; its descriptor is the caller's now. */
static int release_newcomer(struct acceptor *acceptor, struct newcomer *newcomer)
{
    unlink_newcomer(acceptor, newcomer);
    if (newcomer->in_set)
        epoll_ctl(acceptor->epoll, EPOLL_CTL_DEL, newcomer->source.fd, NULL);
    int fd = newcomer->source.fd;
    newcomer->source.fd = -1;
    newcomer->next = acceptor->gone;
    acceptor->gone = newcomer;
    acceptor->newcomers--;
    return fd;
}

static void drop_newcomer(struct acceptor *acceptor, struct newcomer *newcomer, const char *what)
{
    char client[ADDRESS_TEXT_BYTES];
    address_text(&newcomer->peer.any, client);
    close(release_newcomer(acceptor, newcomer));
    if (what != NULL) {
        log_line(LOG_DEBUG, "http", "%s: %s", client, what);
        acceptor->config.refused(acceptor->config.context, text_of(client), what);
    }
}

static void refuse_tunnel(struct acceptor *acceptor, struct newcomer *newcomer, int status, const char *what)
{
    log_line(LOG_WARN, "http", "%s", what);
    tunnel_refuse(newcomer->source.fd, status, what);
    drop_newcomer(acceptor, newcomer, what);
}

/* Opens the tunnel to ourselves; true when its inner bytes may be looked at. */
static bool open_tunnel(struct acceptor *acceptor, struct newcomer *newcomer, const struct connect_head *head)
{
    char host[TUNNEL_HOST_MAX_BYTES], what[TUNNEL_HOST_MAX_BYTES + 64];
    bool allowed = tunnel_host(head, host) && !newcomer->tunnelled &&
                   acceptor->config.tunnel_allowed(acceptor->config.context, text_of(host));
    if (!allowed) {
        snprintf(what, sizeof what, "CONNECT to %s:%d is not allowed", host, head->port);
        refuse_tunnel(acceptor, newcomer, 403, what);
        return false;
    }
    char client[ADDRESS_TEXT_BYTES];
    if (acceptor->config.tunnel_lost(acceptor->config.context,
                                     text_of(address_text(&newcomer->peer.any, client)), text_of(host))) {
        snprintf(what, sizeof what, "CONNECT to %s:%d: the name cannot be resolved", host, head->port);
        refuse_tunnel(acceptor, newcomer, 503, what);
        return false;
    }
    if (!tunnel_accept(newcomer->source.fd, head->len_bytes)) {
        drop_newcomer(acceptor, newcomer, "left while its tunnel was opened");
        return false;
    }
    newcomer->tunnelled = true;
    unlink_newcomer(acceptor, newcomer);
    append_newcomer(acceptor, newcomer);
    return true;
}

static void hand_over(struct acceptor *acceptor, struct newcomer *newcomer, bool tls, struct text host)
{
    struct address peer = newcomer->peer;
    int fd = release_newcomer(acceptor, newcomer);
    acceptor->config.hand_over(acceptor->config.context, fd, &peer, tls, host);
}

/* The greeting is not complete: waits for more of it. Edges, because the bytes that are there stay there. */
static void await_more(struct acceptor *acceptor, struct newcomer *newcomer, bool ended)
{
    if (ended) {
        drop_newcomer(acceptor, newcomer, "the connection ended within its first bytes");
        return;
    }
    if (newcomer->in_set)
        return;
    newcomer->in_set = add_source(acceptor, &newcomer->source, EPOLLIN | EPOLLRDHUP | EPOLLET);
    if (!newcomer->in_set)
        drop_newcomer(acceptor, newcomer, "the connection could not be watched");
}

/* Of a client that speaks TLS the whole hello is waited for: it says for whom the connection is. One that
 * does not fit is handed on as it is. */
static void greet_speaker(struct acceptor *acceptor, struct newcomer *newcomer, struct text bytes, bool ended)
{
    struct text host = TEXT("");
    bool tls = bytes.at[0] == TLS_HANDSHAKE_BYTE;
    bool part = tls && client_hello_read(bytes, &host) == HELLO_PART;
    if (part && bytes.len < TUNNEL_HEAD_MAX_BYTES)
        await_more(acceptor, newcomer, ended);
    else
        hand_over(acceptor, newcomer, tls, host);
}

/* Looks at the first bytes. `ended`: the client will send no more. */
static void greet(struct acceptor *acceptor, struct newcomer *newcomer, bool ended)
{
    char bytes[TUNNEL_HEAD_MAX_BYTES];
    for (;;) {
        ssize_t count = recv(newcomer->source.fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            await_more(acceptor, newcomer, ended);
            return;
        }
        if (count <= 0) {
            drop_newcomer(acceptor, newcomer, NULL);
            return;
        }
        struct connect_head head;
        enum connect_result result = connect_read(text_span(bytes, (size_t)count), &head);
        if (result == CONNECT_NOT) {
            greet_speaker(acceptor, newcomer, text_span(bytes, (size_t)count), ended);
            return;
        }
        if (result == CONNECT_PART && count == sizeof bytes)
            result = CONNECT_BROKEN;
        if (result == CONNECT_PART) {
            await_more(acceptor, newcomer, ended);
            return;
        }
        if (result == CONNECT_BROKEN) {
            refuse_tunnel(acceptor, newcomer, 400, "a CONNECT whose head is broken or too long");
            return;
        }
        if (!open_tunnel(acceptor, newcomer, &head))
            return;
    }
}

static int64_t since_us(const struct acceptor *acceptor, const struct newcomer *newcomer)
{
    return newcomer->deadline_us - (int64_t)acceptor->config.greeting_timeout_ms * 1000;
}

static bool is_full(struct acceptor *acceptor)
{
    return atomic_load(&acceptor->open) + acceptor->newcomers >= acceptor->config.connections_max;
}

/* Makes room for one more; false when that takes a connection's end, which may have been brought about. Who
 * has waited longest gives way, here or behind us; nobody does who has only just come. */
static bool make_room(struct acceptor *acceptor)
{
    int64_t latest_us = clock_real_mono_us() - GRACE_MS * 1000;
    struct newcomer *oldest = acceptor->oldest;
    if (oldest != NULL && since_us(acceptor, oldest) > latest_us)
        oldest = NULL;
    if (acceptor->config.make_room(acceptor->config.context,
                                   oldest == NULL ? latest_us : since_us(acceptor, oldest)) ||
        oldest == NULL)
        return false;
    drop_newcomer(acceptor, oldest, "closed without a request, to make room for others");
    return true;
}

/* Until a connection ends; when it is descriptors that are short, until some may have been closed elsewhere.
 */
static void pause_listening(struct acceptor *acceptor, bool starved)
{
    int64_t now = clock_real_mono_us();
    if (now >= acceptor->next_warning_us)
        log_line(LOG_WARN, "http", "%zu connections are open%s: new ones wait", atomic_load(&acceptor->open),
                 starved ? " and descriptors are short" : "");
    acceptor->next_warning_us = now + WARNING_PAUSE_S * 1000000LL;
    acceptor->starved = starved;
    set_listening(acceptor, false, now + PAUSE_MS * 1000);
}

static bool is_somebody_waiting(int listener)
{
    struct pollfd look = {.fd = listener, .events = POLLIN};
    return poll(&look, 1, 0) == 1;
}

static void accept_some(struct acceptor *acceptor, int listener)
{
    for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
        if (is_full(acceptor) && !is_somebody_waiting(listener))
            return;
        if (is_full(acceptor) && !make_room(acceptor)) {
            pause_listening(acceptor, false);
            return;
        }
        struct address peer = {.len = sizeof peer.v6};
        int fd = accept4(listener, &peer.any, &peer.len, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
            if (make_room(acceptor))
                continue;
            pause_listening(acceptor, true);
        }
        if (fd < 0)
            return;
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct newcomer *newcomer = mem_new(sizeof *newcomer);
        newcomer->source = (struct source){SOURCE_NEWCOMER, fd};
        newcomer->peer = peer;
        append_newcomer(acceptor, newcomer);
        acceptor->newcomers++;
        greet(acceptor, newcomer, false);
    }
}

static void clear_wake(struct acceptor *acceptor)
{
    uint64_t count;
    while (read(acceptor->wake.fd, &count, sizeof count) > 0)
        ;
}

static void on_event(struct acceptor *acceptor, struct source *source, uint32_t events)
{
    switch (source->kind) {
    case SOURCE_LISTENER:
        accept_some(acceptor, source->fd);
        break;
    case SOURCE_NEWCOMER:
        if (source->fd >= 0)
            greet(acceptor, (struct newcomer *)source, (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
        break;
    case SOURCE_WAKE:
        clear_wake(acceptor);
        break;
    case SOURCE_EXTRA:
        acceptor->config.on_extra(acceptor->config.extra_context);
        break;
    }
}

static void free_gone(struct acceptor *acceptor)
{
    while (acceptor->gone != NULL) {
        struct newcomer *next = acceptor->gone->next;
        mem_free(acceptor->gone);
        acceptor->gone = next;
    }
}

/* Drops those whose time is over, lets listening go on, and says how long nothing else is due. */
static int settle(struct acceptor *acceptor)
{
    int64_t now = clock_real_mono_us();
    while (acceptor->oldest != NULL && acceptor->oldest->deadline_us <= now)
        drop_newcomer(acceptor, acceptor->oldest, "nothing that can be understood came in time");
    free_gone(acceptor);
    bool again = acceptor->paused_until_us <= now || (!acceptor->starved && !is_full(acceptor));
    if (acceptor->paused && again)
        set_listening(acceptor, true, 0);
    int64_t due = acceptor->oldest == NULL ? CLOCK_NEVER : acceptor->oldest->deadline_us;
    if (acceptor->paused && acceptor->paused_until_us < due)
        due = acceptor->paused_until_us;
    return due == CLOCK_NEVER ? -1 : (int)((due - now + 999) / 1000);
}

static void *acceptor_thread(void *context)
{
    struct acceptor *acceptor = context;
    struct epoll_event events[64];
    while (!acceptor->stopping) {
        int count = epoll_wait(acceptor->epoll, events, 64, settle(acceptor));
        for (int i = 0; i < count; i++)
            on_event(acceptor, events[i].data.ptr, events[i].events);
    }
    return NULL;
}

struct acceptor *acceptor_new(const struct acceptor_config *config, struct fail *why)
{
    struct acceptor *acceptor = mem_new(sizeof *acceptor);
    acceptor->config = *config;
    pthread_mutex_init(&acceptor->lock, NULL);
    acceptor->epoll = epoll_create1(EPOLL_CLOEXEC);
    acceptor->wake = (struct source){SOURCE_WAKE, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    acceptor->extra = (struct source){SOURCE_EXTRA, config->extra_fd};
    acceptor->stopping = true;
    if (acceptor->epoll >= 0 && acceptor->wake.fd >= 0 && add_source(acceptor, &acceptor->wake, EPOLLIN) &&
        add_source(acceptor, &acceptor->extra, EPOLLIN)) {
        acceptor->stopping = false;
        REQUIRE(pthread_create(&acceptor->thread, NULL, acceptor_thread, acceptor) == 0);
        return acceptor;
    }
    fail_set(why, "cannot watch connections: %s", strerror(errno));
    acceptor_free(acceptor);
    return NULL;
}

void acceptor_stop(struct acceptor *acceptor)
{
    if (acceptor == NULL || atomic_exchange(&acceptor->stopping, true))
        return;
    wake(acceptor);
    pthread_join(acceptor->thread, NULL);
}

void acceptor_free(struct acceptor *acceptor)
{
    if (acceptor == NULL)
        return;
    acceptor_stop(acceptor);
    while (acceptor->oldest != NULL)
        drop_newcomer(acceptor, acceptor->oldest, NULL);
    free_gone(acceptor);
    while (acceptor->listeners != NULL) {
        struct listener *next = acceptor->listeners->next;
        close(acceptor->listeners->source.fd);
        mem_free(acceptor->listeners);
        acceptor->listeners = next;
    }
    if (acceptor->wake.fd >= 0)
        close(acceptor->wake.fd);
    if (acceptor->epoll >= 0)
        close(acceptor->epoll);
    pthread_mutex_destroy(&acceptor->lock);
    mem_free(acceptor);
}

bool acceptor_listen(struct acceptor *acceptor, const char *ip, int port, int *ret_port, struct fail *why)
{
    struct listener *listener = mem_new(sizeof *listener);
    listener->source.kind = SOURCE_LISTENER;
    if (!listener_open(ip, port, &listener->source.fd, ret_port, why)) {
        mem_free(listener);
        return false;
    }
    pthread_mutex_lock(&acceptor->lock);
    listener->next = acceptor->listeners;
    acceptor->listeners = listener;
    bool added = add_source(acceptor, &listener->source, EPOLLIN);
    pthread_mutex_unlock(&acceptor->lock);
    return added || fail_set(why, "cannot watch port %d", *ret_port);
}

void acceptor_began(struct acceptor *acceptor)
{
    atomic_fetch_add(&acceptor->open, 1);
}

void acceptor_ended(struct acceptor *acceptor)
{
    atomic_fetch_sub(&acceptor->open, 1);
    if (acceptor->paused)
        wake(acceptor);
}
