/* A small file that is read strictly and replaced whole. */
#include "remember.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"
#include "mem.h"
#include "sids.h"

enum { FILE_MAX_BYTES = 4096, LOCK_TRIES = 100, LOCK_PAUSE_MS = 100, NAME_MAX_BYTES = 64, FILE_VERSION = 1 };

struct remember {
    char *dir, *file, *fresh, *lock, *ca_dir;
    int lock_fd; /* -1 = not locked */
    bool known;
    struct identity identity;
};

static char *join(const char *dir, const char *name)
{
    struct text_buf path;
    text_buf_init(&path, 4096);
    text_putf(&path, "%s/%s", dir, name);
    return text_buf_take(&path);
}

static bool name_is_fine(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t len = strlen(name);
    return len > 0 && len <= NAME_MAX_BYTES && name[0] != '.' && strspn(name, allowed) == len;
}

/* Where programs of this user keep their state (the XDG base directories); new. */
static char *state_home(struct fail *why)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state != NULL && state[0] == '/') /* the standard says that others are to be ignored */
        return mem_string(state);
    if (home != NULL && home[0] == '/')
        return join(home, ".local/state");
    fail_set(why, "--remember: there is no place to remember: neither XDG_STATE_HOME nor HOME is set");
    return NULL;
}

/* Makes each folder of the path that is not there. */
static bool make_folders(char *path, struct fail *why)
{
    for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        bool fine = mkdir(path, 0700) == 0 || errno == EEXIST;
        if (!fine)
            fail_set(why, "--remember: cannot make the folder %s: %s", path, strerror(errno));
        *slash = '/';
        if (!fine)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST ||
           fail_set(why, "--remember: cannot make the folder %s: %s", path, strerror(errno));
}

/* Ours alone, or an error. */
static bool is_private(const char *path, const struct stat *about, struct fail *why)
{
    if (about->st_uid != geteuid())
        return fail_set(why, "--remember: %s belongs to another user", path);
    return (about->st_mode & 077) == 0 ||
           fail_set(why, "--remember: %s is open to others (mode %03o): chmod go= it", path,
                    about->st_mode & 0777u);
}

static bool folder_is_private(const char *path, struct fail *why)
{
    struct stat about;
    if (lstat(path, &about) != 0 || !S_ISDIR(about.st_mode))
        return fail_set(why, "--remember: %s is no folder", path);
    return is_private(path, &about, why);
}

/* Waits ten seconds for another start, which takes milliseconds. */
static bool take_lock(struct remember *remember, struct fail *why)
{
    remember->lock_fd = open(remember->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (remember->lock_fd < 0)
        return fail_set(why, "--remember: cannot open %s: %s", remember->lock, strerror(errno));
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(remember->lock_fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        poll(NULL, 0, LOCK_PAUSE_MS);
    }
    remember_unlock(remember);
    return fail_set(why, "--remember: another program holds %s", remember->lock);
}

void remember_unlock(struct remember *remember)
{
    if (remember == NULL || remember->lock_fd < 0)
        return;
    close(remember->lock_fd);
    remember->lock_fd = -1;
}

static bool put_text(const json_t *json, const char *key, char *to, size_t room)
{
    struct text text = json_text(json, key);
    snprintf(to, room, "%.*s", TEXT_ARGS(text));
    return text.at != NULL && text.len < room;
}

static bool is_number(const char *number)
{
    return number[0] == '\0' || (number[0] == '+' && text_all_digits(text_of(number + 1)));
}

static bool read_identity(const json_t *json, struct identity *ret)
{
    const json_t *adopted = json_object_get(json, "adopted");
    bool fine = json_integer_value(json_object_get(json, "version")) == FILE_VERSION &&
                json_is_boolean(adopted) && put_text(json, "account_sid", ret->sid, sizeof ret->sid) &&
                put_text(json, "auth_token", ret->token, sizeof ret->token) &&
                put_text(json, "number", ret->number, sizeof ret->number) &&
                put_text(json, "whatsapp", ret->whatsapp, sizeof ret->whatsapp);
    ret->adopted = json_is_true(adopted);
    return fine && sid_is(text_of(ret->sid), "AC") && ret->token[0] != '\0' && is_number(ret->number) &&
           is_number(ret->whatsapp);
}

static bool foreign(const struct remember *remember, const char *reason, struct fail *why)
{
    return fail_set(
        why,
        "--remember: %s is not what this program writes (%s); it is left as it is: put it right, or "
        "move it away to begin anew",
        remember->file, reason);
}

static bool read_file(struct remember *remember, int fd, struct fail *why)
{
    char bytes[FILE_MAX_BYTES + 1];
    struct fail reason = {0};
    struct stat about;
    json_t *json = NULL;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        return foreign(remember, "no plain file", why);
    if (!is_private(remember->file, &about, why))
        return false;
    ssize_t len = read(fd, bytes, sizeof bytes);
    if (len < 0)
        return fail_set(why, "--remember: cannot read %s: %s", remember->file, strerror(errno));
    if (len > FILE_MAX_BYTES)
        return foreign(remember, "too large", why);
    remember->known = json_read(text_span(bytes, (size_t)len), "", &json, &reason) &&
                      read_identity(json, &remember->identity);
    explicit_bzero(bytes, sizeof bytes);
    json_decref(json);
    return remember->known || foreign(remember, reason.set ? "no JSON" : "no identity of version 1", why);
}

static bool load(struct remember *remember, struct fail *why)
{
    int fd = open(remember->file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return true;
    if (fd < 0)
        return fail_set(why, "--remember: cannot read %s: %s", remember->file, strerror(errno));
    bool fine = read_file(remember, fd, why);
    close(fd);
    return fine;
}

static bool open_folder(struct remember *remember, const char *name, struct fail *why)
{
    char *home = state_home(why);
    if (home == NULL)
        return false;
    char *own = join(home, "twilio-sim");
    remember->dir = join(own, name);
    remember->file = join(remember->dir, "identity.json");
    remember->fresh = join(remember->dir, "identity.json.new");
    remember->lock = join(remember->dir, "lock");
    remember->ca_dir = join(remember->dir, "ca");
    bool fine = make_folders(remember->dir, why) && folder_is_private(own, why) &&
                folder_is_private(remember->dir, why);
    mem_free(home);
    mem_free(own);
    return fine;
}

struct remember *remember_open(const char *name, struct fail *why)
{
    if (!name_is_fine(name)) {
        fail_set(why, "--remember-as: '%s' is no name: letters, digits, '-', '_' and '.' (not first)", name);
        return NULL;
    }
    struct remember *remember = mem_new(sizeof *remember);
    remember->lock_fd = -1;
    if (open_folder(remember, name, why) && take_lock(remember, why) && load(remember, why))
        return remember;
    remember_free(remember);
    return NULL;
}

void remember_free(struct remember *remember)
{
    if (remember == NULL)
        return;
    remember_unlock(remember);
    mem_free(remember->dir);
    mem_free(remember->file);
    mem_free(remember->fresh);
    mem_free(remember->lock);
    mem_free(remember->ca_dir);
    explicit_bzero(&remember->identity, sizeof remember->identity);
    mem_free(remember);
}

const struct identity *remember_identity(const struct remember *remember)
{
    return remember->known ? &remember->identity : NULL;
}

const char *remember_ca_dir(const struct remember *remember)
{
    return remember->ca_dir;
}

static bool same(const struct identity *a, const struct identity *b)
{
    return strcmp(a->sid, b->sid) == 0 && strcmp(a->token, b->token) == 0 &&
           strcmp(a->number, b->number) == 0 && strcmp(a->whatsapp, b->whatsapp) == 0 &&
           a->adopted == b->adopted;
}

static bool write_whole(const struct remember *remember, const char *text, struct fail *why)
{
    int fd = open(remember->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t len = strlen(text);
    bool fine = fd >= 0 && fchmod(fd, 0600) == 0 && write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (fine && rename(remember->fresh, remember->file) == 0)
        return true;
    error = fine ? errno : error;
    unlink(remember->fresh);
    return fail_set(why, "--remember: cannot write %s: %s", remember->file, strerror(error));
}

bool remember_keep(struct remember *remember, const struct identity *identity, struct fail *why)
{
    bool locked = remember->lock_fd >= 0;
    if (remember->known && same(identity, &remember->identity))
        return true;
    if (!locked && !take_lock(remember, why))
        return false;
    json_t *json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:b}", "version", FILE_VERSION, "account_sid",
                             identity->sid, "auth_token", identity->token, "number", identity->number,
                             "whatsapp", identity->whatsapp, "adopted", identity->adopted);
    char *text = json_write(json);
    bool fine = write_whole(remember, text, why);
    explicit_bzero(text, strlen(text));
    mem_free(text);
    json_decref(json);
    if (fine) {
        remember->identity = *identity;
        remember->known = true;
    }
    if (!locked)
        remember_unlock(remember);
    return fine;
}
