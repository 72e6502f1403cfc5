/* Paths and variables of the preloaded library, as its users write them. It reads them itself
 * (sim/preload/net_settings.c). */
#include "preload_way.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

enum { LIST_MAX_BYTES = 128 * 1024 }; /* the kernel takes no longer variable */

static bool program_folder(char out[PATH_MAX], struct fail *why)
{
    ssize_t len = readlink("/proc/self/exe", out, PATH_MAX - 1);
    if (len <= 0)
        return fail_set(why, "this program cannot find itself: is /proc mounted?");
    out[len] = '\0';
    *strrchr(out, '/') = '\0';
    return true;
}

bool preload_file_find(const char *name, char ret_path[PATH_MAX], struct fail *why)
{
    static const char *const places[] = {"", INSTALLED_FILES, "../bin/"};
    char folder[PATH_MAX];
    if (!program_folder(folder, why))
        return false;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        int len = snprintf(ret_path, PATH_MAX, "%s/%s%s", folder, places[i], name);
        if (len < PATH_MAX && access(ret_path, R_OK) == 0)
            return true;
    }
    return fail_set(why, "%s is neither beside this program nor in " INSTALLED_FILES, name);
}

bool preload_path_fits(const char *path)
{
    return path[0] == '/' && strpbrk(path, " :") == NULL;
}

bool preload_library_find(char ret_path[PATH_MAX], struct fail *why)
{
    return preload_file_find(PRELOAD_LIBRARY, ret_path, why) &&
           (preload_path_fits(ret_path) ||
            fail_set(why, "%s cannot be preloaded from a path with spaces or colons", ret_path));
}

char *preload_list(const char *list, const char *library)
{
    struct text_buf out;
    text_buf_init(&out, LIST_MAX_BYTES);
    text_put_z(&out, library);
    const char *at = list == NULL ? "" : list;
    while (*at != '\0') {
        struct text item = text_span(at, strcspn(at, " :"));
        at += item.len + (at[item.len] != '\0');
        if (item.len == 0 || text_is(item, library))
            continue;
        text_put_char(&out, ':');
        text_put(&out, item);
    }
    return text_buf_take(&out);
}

char *preload_net_value(int port, const char *report)
{
    struct text_buf out;
    text_buf_init(&out, LIST_MAX_BYTES);
    text_put_int(&out, port);
    if (report != NULL)
        text_putf(&out, ":%s", report);
    return text_buf_take(&out);
}

char *preload_hosts_value(const char *const *hosts)
{
    struct text_buf out;
    text_buf_init(&out, LIST_MAX_BYTES);
    for (; hosts != NULL && *hosts != NULL; hosts++) {
        if (out.len > 0)
            text_put_char(&out, ',');
        text_put_z(&out, *hosts);
    }
    return text_buf_take(&out);
}
