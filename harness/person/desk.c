/* The side that is up: the socket and its clients. The side that looks for it is desk_find.c. */
#include "desk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "mem.h"

struct client {
    int fd;
    int64_t id; /* of its order; 0: it has not said it yet */
    struct text_buf line;
};

struct desk {
    int fd;
    char path[sizeof((struct sockaddr_un){0}).sun_path];
    json_t *about;
    struct client clients[DESK_CLIENTS_MAX];
    size_t client_count;
    int64_t last_id;
};

/* Ours alone, so that nobody else gives orders, nor stands in for us. */
static bool folder_open(const char *folder, struct fail *why)
{
    struct stat about;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fail_set(why, "the folder %s cannot be made: %s", folder, strerror(errno));
    if (lstat(folder, &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != geteuid() ||
        (about.st_mode & 022) != 0)
        return fail_set(why, "%s is not a folder of this user's alone", folder);
    return true;
}

static bool socket_open(struct desk *desk, const char *folder, struct fail *why)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int len = snprintf(address.sun_path, sizeof address.sun_path, "%s/%d", folder, (int)getpid());
    if (len >= (int)sizeof address.sun_path)
        return fail_set(why, "the path of %s is too long for a socket", folder);
    unlink(address.sun_path); /* of a process that had our pid */
    desk->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (desk->fd < 0 || bind(desk->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(desk->fd, DESK_CLIENTS_MAX) != 0)
        return fail_set(why, "no socket %s: %s", address.sun_path, strerror(errno));
    memcpy(desk->path, address.sun_path, sizeof desk->path);
    return true;
}

struct desk *desk_open(const char *folder, json_t *about, struct fail *why)
{
    struct desk *desk = mem_new(sizeof *desk);
    desk->fd = -1;
    desk->about = about;
    json_set(about, "pid", json_integer(getpid()));
    if (folder_open(folder, why) && socket_open(desk, folder, why))
        return desk;
    desk_close(desk);
    return NULL;
}

static void client_drop(struct desk *desk, size_t which)
{
    close(desk->clients[which].fd);
    text_buf_release(&desk->clients[which].line);
    desk->clients[which] = desk->clients[--desk->client_count];
}

void desk_close(struct desk *desk)
{
    if (desk == NULL)
        return;
    while (desk->client_count > 0)
        client_drop(desk, 0);
    if (desk->path[0] != '\0')
        unlink(desk->path);
    if (desk->fd >= 0)
        close(desk->fd);
    json_decref(desk->about);
    mem_free(desk);
}

size_t desk_poll(const struct desk *desk, struct pollfd ret_polled[DESK_POLLED_MAX])
{
    size_t count = 0;
    bool room = desk->client_count < DESK_CLIENTS_MAX;
    ret_polled[count++] = (struct pollfd){.fd = room ? desk->fd : -1, .events = POLLIN};
    for (size_t i = 0; i < desk->client_count; i++)
        ret_polled[count++] = (struct pollfd){.fd = desk->clients[i].fd, .events = POLLIN};
    return count;
}

static void reply_send(const struct client *client, const json_t *reply)
{
    char *line = json_write(reply);
    struct text rest = text_of(line);
    struct pollfd writable = {.fd = client->fd, .events = POLLOUT};
    while (rest.len > 0) {
        ssize_t put = send(client->fd, rest.at, rest.len, MSG_NOSIGNAL);
        if (put < 0 && errno == EAGAIN && poll(&writable, 1, 1000) == 1)
            continue;
        if (put <= 0)
            break;
        rest = text_from(rest, (size_t)put);
    }
    send(client->fd, "\n", 1, MSG_NOSIGNAL);
    mem_free(line);
}

static void refuse(const struct client *client, const char *words)
{
    json_auto_t *reply = json_pack("{s:s}", "error", words);
    reply_send(client, reply);
}

/* False when this client is served. */
static bool order_take(struct desk *desk, struct client *client,
                       void (*take)(void *context, int64_t id, const json_t *order), void *context)
{
    struct fail why = {0};
    json_t *order = NULL;
    bool waits = false;
    if (!json_read(text_trim(text_buf_view(&client->line)), "the order", &order, &why)) {
        refuse(client, why.text);
    } else if (json_object_get(order, "who") != NULL) {
        reply_send(client, desk->about);
    } else {
        client->id = ++desk->last_id;
        waits = true;
        take(context, client->id, order);
    }
    json_decref(order);
    return waits;
}

/* False when it is to be dropped. */
static bool client_hear(struct desk *desk, struct client *client,
                        void (*take)(void *context, int64_t id, const json_t *order), void *context)
{
    char bytes[4096];
    ssize_t got = recv(client->fd, bytes, sizeof bytes, 0);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    if (got == 0 || client->id != 0) /* it left, or says more than one thing */
        return false;
    text_put(&client->line, text_span(bytes, (size_t)got));
    if (client->line.overflowed) {
        refuse(client, "the order is too long");
        return false;
    }
    if (bytes[got - 1] != '\n')
        return true;
    return order_take(desk, client, take, context);
}

static void client_accept(struct desk *desk)
{
    int fd = accept4(desk->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    struct client *client = &desk->clients[desk->client_count++];
    *client = (struct client){.fd = fd};
    text_buf_init(&client->line, DESK_ORDER_MAX_BYTES);
}

void desk_turn(struct desk *desk, const struct pollfd *polled,
               void (*take)(void *context, int64_t id, const json_t *order), void *context)
{
    for (size_t i = desk->client_count; i-- > 0;)
        if (polled[1 + i].revents != 0 && !client_hear(desk, &desk->clients[i], take, context))
            client_drop(desk, i);
    if (polled[0].revents != 0)
        client_accept(desk);
}

void desk_answer(struct desk *desk, int64_t id, const json_t *reply)
{
    for (size_t i = 0; i < desk->client_count; i++) {
        if (desk->clients[i].id == id) {
            reply_send(&desk->clients[i], reply);
            client_drop(desk, i);
            return;
        }
    }
}
