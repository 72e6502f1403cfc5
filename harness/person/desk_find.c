/* The side that looks for a stack that is up. */
#include "desk.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "mem.h"

/* WHO_WITHIN_S: of a process that is stopped nobody need know. */
enum { FOUND_MAX = 64, WHO_WITHIN_S = 2 };

struct found {
    char path[sizeof((struct sockaddr_un){0}).sun_path];
    json_t *about;
};

struct search {
    struct found found[FOUND_MAX];
    size_t count;
};

static int connected(const char *path, struct fail *why)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (errno == ECONNREFUSED) /* nobody listens any more: it was killed */
        unlink(path);
    fail_set(why, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool line_read(int fd, struct text_buf *line)
{
    char bytes[4096];
    ssize_t got;
    while ((got = recv(fd, bytes, sizeof bytes, 0)) > 0 || (got < 0 && errno == EINTR))
        text_put(line, text_span(bytes, got > 0 ? (size_t)got : 0));
    return line->len > 0 && text_ends(text_buf_view(line), "\n");
}

/* within_s 0: however long it takes. */
static json_t *ask(const char *path, const json_t *order, int within_s, struct fail *why)
{
    const struct timeval within = {.tv_sec = within_s};
    json_t *reply = NULL;
    struct text_buf line;
    char *asked = json_write(order);
    int fd = connected(path, why);
    if (fd >= 0 && within_s > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &within, sizeof within);
    text_buf_init(&line, DESK_REPLY_MAX_BYTES);
    text_put_z(&line, asked);
    text_put_char(&line, '\n');
    bool sent = fd >= 0 && send(fd, line.at, line.len, MSG_NOSIGNAL) == (ssize_t)line.len;
    text_buf_clear(&line);
    if (sent && line_read(fd, &line))
        json_read(text_trim(text_buf_view(&line)), "the reply", &reply, why);
    else
        fail_set(why, "the stack ended before it answered");
    if (fd >= 0)
        close(fd);
    text_buf_release(&line);
    mem_free(asked);
    return reply;
}

json_t *desk_ask(const char *path, const json_t *order, struct fail *why)
{
    return ask(path, order, 0, why);
}

/* ---- which one */

static void all_find(const char *folder, struct search *search)
{
    json_auto_t *who = json_pack("{s:b}", "who", 1);
    DIR *entries = opendir(folder);
    if (entries == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL && search->count < FOUND_MAX;) {
        struct found *found = &search->found[search->count];
        struct fail gone = {0};
        if (!text_all_digits(text_of(entry->d_name)) ||
            snprintf(found->path, sizeof found->path, "%s/%s", folder, entry->d_name) >=
                (int)sizeof found->path)
            continue;
        found->about = ask(found->path, who, WHO_WITHIN_S, &gone);
        search->count += found->about != NULL;
    }
    closedir(entries);
}

static bool is_called(const json_t *about, struct text wanted)
{
    int64_t pid;
    bool is_pid =
        text_to_int(wanted, 1, INT32_MAX, &pid) && json_integer_value(json_object_get(about, "pid")) == pid;
    return is_pid || text_equal(json_text(about, "name"), wanted);
}

/* How long its folder is when it stands at or above `cwd`; 0: elsewhere. */
static size_t nearness(const json_t *about, struct text cwd)
{
    struct text folder = json_text(about, "folder");
    bool above = folder.len > 0 && folder.len <= cwd.len && text_equal(text_first(cwd, folder.len), folder);
    return above && (folder.len == cwd.len || cwd.at[folder.len] == '/') ? folder.len : 0;
}

static void list_put(struct text_buf *out, const struct search *search)
{
    for (size_t i = 0; i < search->count; i++) {
        const json_t *about = search->found[i].about;
        text_putf(out, "%s%.*s (%lld, %.*s)", i == 0 ? "" : ", ", TEXT_ARGS(json_text(about, "name")),
                  (long long)json_integer_value(json_object_get(about, "pid")),
                  TEXT_ARGS(json_text(about, "folder")));
    }
}

/* The only one with the highest score above 0; -1: none, or several. */
static int best_of(const size_t *scores, size_t count)
{
    int best = -1;
    bool shared = false;
    for (size_t i = 0; i < count; i++) {
        size_t highest = best < 0 ? 0 : scores[best];
        shared = scores[i] > highest ? false : shared || (best >= 0 && scores[i] == highest);
        best = scores[i] > highest ? (int)i : best;
    }
    return shared ? -1 : best;
}

static int choose(const struct search *search, const char *wanted, const char *cwd)
{
    size_t scores[FOUND_MAX];
    for (size_t i = 0; i < search->count; i++) {
        const json_t *about = search->found[i].about;
        scores[i] = wanted != NULL ? is_called(about, text_of(wanted)) : nearness(about, text_of(cwd));
    }
    if (wanted == NULL && search->count == 1)
        return 0;
    return best_of(scores, search->count);
}

static enum desk_found complain(const struct search *search, const char *wanted, struct fail *why)
{
    struct text_buf list;
    text_buf_init(&list, sizeof why->text / 2);
    list_put(&list, search);
    if (search->count == 0)
        fail_set(why, "no stack is up: start one with `otp-harness up`");
    else if (wanted != NULL)
        fail_set(why, "no stack called '%.100s' alone is up; there are: %s", wanted, text_buf_z(&list));
    else
        fail_set(why, "%zu stacks are up; say which with --up NAME or PID: %s", search->count,
                 text_buf_z(&list));
    text_buf_release(&list);
    return search->count == 0 ? DESK_NONE : DESK_MANY;
}

enum desk_found desk_find(const char *folder, const char *wanted, const char *cwd, char **ret_path,
                          struct fail *why)
{
    struct search *search = mem_new(sizeof *search);
    all_find(folder, search);
    int chosen = choose(search, wanted, cwd);
    if (chosen >= 0)
        *ret_path = mem_string(search->found[chosen].path);
    enum desk_found found = chosen >= 0 ? DESK_FOUND : complain(search, wanted, why);
    for (size_t i = 0; i < search->count; i++)
        json_decref(search->found[i].about);
    mem_free(search);
    return found;
}
