/* The mounts of a sandbox. Network and users are set up elsewhere (private_network, namespaces). */
#include "private_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_bytes.h"
#include "mem.h"
#include "text.h"

enum { KEEP_MAX = 32, LINKS_MAX = 8 };

/* Where our files are made before they are bound over the machine's: a tmpfs that is covered by nothing
 * later. */
static const char staging[] = "/run/otp-harness";

static const char *const fresh_folders[] = {"/tmp", "/run", "/dev/shm"};

static const struct {
    const char *path;
    const char *content;
} etc_files[] = {
    {"/etc/hosts", "127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost ip6-loopback\n"},
    {"/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n"},
    {"/etc/nsswitch.conf",
     "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n"},
    {"/etc/passwd", "sandbox:x:1000:1000:sandbox:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"},
    {"/etc/group", "sandbox:x:1000:\nnogroup:x:65534:\n"},
};

/* Debian and Alpine, Fedora, SUSE, OpenBSD-like. */
static const char *const bundle_paths[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

bool folders_make(const char *path, bool last)
{
    char part[PATH_MAX];
    size_t len = strlen(path);
    if (len >= sizeof part)
        return false;
    memcpy(part, path, len + 1);
    for (size_t i = 1; i < len; i++) {
        if (part[i] != '/')
            continue;
        part[i] = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
            return false;
        part[i] = '/';
    }
    return !last || mkdir(part, 0755) == 0 || errno == EEXIST;
}

static bool is_below_fresh(const char *path)
{
    for (size_t i = 0; i < sizeof fresh_folders / sizeof fresh_folders[0]; i++) {
        size_t len = strlen(fresh_folders[i]);
        if (strncmp(path, fresh_folders[i], len) == 0 && path[len] == '/')
            return true;
    }
    return false;
}

/* A folder that must be seen again after the fresh ones have covered it. */
struct kept {
    char path[PATH_MAX];
    int fd;
};

static bool kept_open(const char *const *keep, struct kept *kept, size_t *ret_count, struct fail *why)
{
    size_t count = 0;
    for (size_t i = 0; keep != NULL && keep[i] != NULL; i++) {
        char real[PATH_MAX];
        if (realpath(keep[i], real) == NULL)
            return fail_set(why, "cannot keep %s: %s", keep[i], strerror(errno));
        if (!is_below_fresh(real))
            continue;
        if (count == KEEP_MAX)
            return fail_set(why, "more than %d folders to keep below /tmp and /run", KEEP_MAX);
        snprintf(kept[count].path, sizeof kept[count].path, "%s", real);
        kept[count].fd = open(real, O_PATH | O_CLOEXEC | O_DIRECTORY);
        if (kept[count].fd < 0)
            return fail_set(why, "cannot keep %s: %s", keep[i], strerror(errno));
        *ret_count = ++count;
    }
    return true;
}

static bool kept_show(const struct kept *kept, struct fail *why)
{
    char fd_path[64];
    snprintf(fd_path, sizeof fd_path, "/proc/self/fd/%d", kept->fd);
    if (!folders_make(kept->path, true) || mount(fd_path, kept->path, NULL, MS_BIND | MS_REC, NULL) != 0)
        return fail_set(why, "cannot show %s in the sandbox: %s", kept->path, strerror(errno));
    return true;
}

static bool fresh_mount(const struct kept *kept, size_t count, struct fail *why)
{
    for (size_t i = 0; i < sizeof fresh_folders / sizeof fresh_folders[0]; i++) {
        const char *folder = fresh_folders[i];
        if (mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") != 0)
            return fail_set(why, "cannot mount a private %s: %s", folder, strerror(errno));
    }
    for (size_t i = 0; i < count; i++)
        if (!kept_show(&kept[i], why))
            return false;
    return true;
}

/* Follows links to the place where a file is, or would be, so that a bind mount has something to cover:
 * resolv.conf is often a link into /run, which is empty now. */
static bool target_resolve(const char *path, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s", path);
    for (int i = 0; i < LINKS_MAX; i++) {
        char link[PATH_MAX];
        ssize_t len = readlink(out, link, sizeof link - 1);
        if (len < 0)
            return true;
        link[len] = '\0';
        if (link[0] == '/') {
            memcpy(out, link, (size_t)len + 1);
            continue;
        }
        char *slash = strrchr(out, '/');
        size_t room = (size_t)(PATH_MAX - (slash + 1 - out));
        if ((size_t)len >= room)
            return false;
        memcpy(slash + 1, link, (size_t)len + 1);
    }
    return false;
}

/* Covers `path` by a file of ours with this content. *ret_covered is false where there is nothing to cover
 * and nothing can be made there: the program's own defaults hold then (resolv.conf: 127.0.0.1). */
static bool file_cover(const char *path, struct text content, bool *ret_covered, struct fail *why)
{
    char target[PATH_MAX];
    char ours[PATH_MAX];
    *ret_covered = false;
    if (!target_resolve(path, target))
        return true;
    if (access(target, F_OK) != 0) {
        folders_make(target, false);
        int fd = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0)
            return true;
        close(fd);
    }
    snprintf(ours, sizeof ours, "%s%s", staging, path);
    if (!folders_make(ours, false) || !file_write(ours, content, 0644, why))
        return fail_set(why, "cannot write %s", ours);
    if (mount(ours, target, NULL, MS_BIND, NULL) != 0)
        return fail_set(why, "cannot put a private file over %s: %s", target, strerror(errno));
    *ret_covered = true;
    return true;
}

static bool bundles_cover(struct private_files *files, struct fail *why)
{
    for (size_t i = 0; i < PRIVATE_BUNDLES_MAX; i++) {
        struct text_buf content;
        if (!file_read(bundle_paths[i], &content, NULL))
            continue;
        bool covered = false;
        bool fine = file_cover(bundle_paths[i], text_buf_view(&content), &covered, why);
        text_buf_release(&content);
        if (!fine)
            return false;
        if (covered)
            snprintf(files->bundles[files->bundle_count++], sizeof files->bundles[0], "%s", bundle_paths[i]);
    }
    return true;
}

static bool etc_cover(struct private_files *files, struct fail *why)
{
    for (size_t i = 0; i < sizeof etc_files / sizeof etc_files[0]; i++) {
        bool covered = false;
        if (!file_cover(etc_files[i].path, text_of(etc_files[i].content), &covered, why))
            return false;
    }
    return bundles_cover(files, why);
}

bool private_files_mount(const char *const *keep, struct private_files *ret_files, struct fail *why)
{
    char here[PATH_MAX];
    bool placed = getcwd(here, sizeof here) != NULL;
    *ret_files = (struct private_files){0};
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return fail_set(why, "cannot make the mounts private: %s", strerror(errno));
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        return fail_set(why, "cannot mount /proc: %s", strerror(errno));
    struct kept *kept = mem_new_array(KEEP_MAX, sizeof *kept);
    size_t count = 0;
    bool done =
        kept_open(keep, kept, &count, why) && fresh_mount(kept, count, why) && etc_cover(ret_files, why);
    for (size_t i = 0; i < count; i++)
        close(kept[i].fd);
    mem_free(kept);
    if (done && placed && chdir(here) != 0 && chdir("/") != 0)
        return fail_set(why, "cannot enter / in the sandbox: %s", strerror(errno));
    return done;
}

bool private_files_trust(const struct private_files *files, const char *ca_file, struct fail *why)
{
    struct text_buf pem;
    if (!file_read(ca_file, &pem, why))
        return false;
    bool done = true;
    for (int i = 0; i < files->bundle_count && done; i++)
        done = file_append(files->bundles[i], text_buf_view(&pem), why);
    text_buf_release(&pem);
    return done;
}
