/* One list of waiting connections, one epoll set, one counter of pokes. What a connection waits for, and what
 * it does afterwards, is the transaction's business. */
#include "lobby.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"
#include "fail.h"
#include "mem.h"

struct lobby {
    struct timers *timers;
    pthread_mutex_t lock;
    struct guest *first;
    struct guest **by_fd;
    size_t by_fd_room;
    int epoll;
    bool closed;
    /* Read without the lock by lobby_poke(): first `pokes` is raised, then `on_poke` read; a guest that comes
     * in does it the other way round. One of the two sees the other, so no poke is lost. */
    _Atomic uint64_t pokes;
    _Atomic size_t on_poke;
};

struct lobby *lobby_new(struct timers *timers)
{
    struct lobby *lobby = mem_new(sizeof *lobby);
    lobby->timers = timers;
    pthread_mutex_init(&lobby->lock, NULL);
    lobby->epoll = epoll_create1(EPOLL_CLOEXEC);
    return lobby;
}

void lobby_free(struct lobby *lobby)
{
    if (lobby == NULL)
        return;
    REQUIRE(lobby->first == NULL);
    if (lobby->epoll >= 0)
        close(lobby->epoll);
    pthread_mutex_destroy(&lobby->lock);
    mem_free(lobby->by_fd);
    mem_free(lobby);
}

void lobby_enter(struct lobby *lobby, struct guest *guest, struct MHD_Connection *connection, int fd)
{
    *guest = (struct guest){.lobby = lobby, .connection = connection, .fd = fd};
}

void lobby_look(struct lobby *lobby, struct guest *guest)
{
    guest->pokes_seen = atomic_load(&lobby->pokes);
}

/* Under the lock: watches the descriptor and remembers whose it is. */
static void watch(struct lobby *lobby, struct guest *guest)
{
    size_t at = (size_t)guest->fd;
    if (at >= lobby->by_fd_room) {
        size_t room = at + 64;
        lobby->by_fd = mem_resize(lobby->by_fd, room * sizeof *lobby->by_fd);
        for (size_t i = lobby->by_fd_room; i < room; i++)
            lobby->by_fd[i] = NULL;
        lobby->by_fd_room = room;
    }
    lobby->by_fd[at] = guest;
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.fd = guest->fd};
    REQUIRE(epoll_ctl(lobby->epoll, EPOLL_CTL_ADD, guest->fd, &event) == 0);
}

/* Under the lock: ends the wait. The worker calls the transaction again. */
static void resume(struct lobby *lobby, struct guest *guest)
{
    epoll_ctl(lobby->epoll, EPOLL_CTL_DEL, guest->fd, NULL);
    lobby->by_fd[guest->fd] = NULL;
    if (guest->prev == NULL)
        lobby->first = guest->next;
    else
        guest->prev->next = guest->next;
    if (guest->next != NULL)
        guest->next->prev = guest->prev;
    if (guest->on_poke)
        atomic_fetch_sub(&lobby->on_poke, 1);
    guest->waiting = false;
    MHD_resume_connection(guest->connection);
}

static void time_is_up(void *context)
{
    struct guest *guest = context;
    struct lobby *lobby = guest->lobby;
    pthread_mutex_lock(&lobby->lock);
    if (guest->waiting)
        resume(lobby, guest);
    pthread_mutex_unlock(&lobby->lock);
}

/* Under the lock. */
static enum lobby_result admit(struct lobby *lobby, struct guest *guest, bool on_poke)
{
    if (lobby->closed)
        return LOBBY_CLOSED;
    if (on_poke) {
        atomic_fetch_add(&lobby->on_poke, 1);
        if (atomic_load(&lobby->pokes) != guest->pokes_seen) {
            atomic_fetch_sub(&lobby->on_poke, 1);
            return LOBBY_AGAIN;
        }
    }
    guest->on_poke = on_poke;
    guest->waiting = true;
    guest->prev = NULL;
    guest->next = lobby->first;
    if (lobby->first != NULL)
        lobby->first->prev = guest;
    lobby->first = guest;
    MHD_suspend_connection(guest->connection);
    watch(lobby, guest);
    return LOBBY_WAITING;
}

enum lobby_result lobby_wait(struct lobby *lobby, struct guest *guest, int64_t until_mono_ms, bool on_poke)
{
    pthread_mutex_lock(&lobby->lock);
    enum lobby_result result = admit(lobby, guest, on_poke);
    pthread_mutex_unlock(&lobby->lock);
    /* The connection may be resumed already, but its worker thread is this one: nothing goes on before we
     * return. */
    if (result == LOBBY_WAITING && until_mono_ms != CLOCK_NEVER)
        guest->timer = timers_add(lobby->timers, until_mono_ms, time_is_up, guest);
    return result;
}

void lobby_leave(struct lobby *lobby, struct guest *guest)
{
    timers_cancel(lobby->timers, guest->timer);
    guest->timer = 0;
}

bool lobby_back(struct lobby *lobby, struct guest *guest)
{
    lobby_leave(lobby, guest);
    pthread_mutex_lock(&lobby->lock);
    bool left = guest->left;
    pthread_mutex_unlock(&lobby->lock);
    return !left;
}

void lobby_poke(struct lobby *lobby)
{
    atomic_fetch_add(&lobby->pokes, 1);
    if (atomic_load(&lobby->on_poke) == 0)
        return;
    pthread_mutex_lock(&lobby->lock);
    for (struct guest *guest = lobby->first, *next; guest != NULL; guest = next) {
        next = guest->next;
        if (guest->on_poke)
            resume(lobby, guest);
    }
    pthread_mutex_unlock(&lobby->lock);
}

int lobby_descriptor(const struct lobby *lobby)
{
    return lobby->epoll;
}

/* An event may be older than the descriptor's present owner: what counts is what the socket says now. */
static bool has_left(int fd)
{
    struct pollfd look = {.fd = fd, .events = POLLRDHUP};
    return poll(&look, 1, 0) == 1 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void lobby_notice(struct lobby *lobby)
{
    struct epoll_event events[64];
    int count = epoll_wait(lobby->epoll, events, 64, 0);
    pthread_mutex_lock(&lobby->lock);
    for (int i = 0; i < count; i++) {
        size_t fd = (size_t)events[i].data.fd;
        struct guest *guest = fd < lobby->by_fd_room ? lobby->by_fd[fd] : NULL;
        if (guest == NULL || !has_left(guest->fd))
            continue;
        guest->left = true;
        resume(lobby, guest);
    }
    pthread_mutex_unlock(&lobby->lock);
}

void lobby_close(struct lobby *lobby)
{
    pthread_mutex_lock(&lobby->lock);
    lobby->closed = true;
    while (lobby->first != NULL)
        resume(lobby, lobby->first);
    pthread_mutex_unlock(&lobby->lock);
}
