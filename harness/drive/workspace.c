/* Makes the backend's folder, by overlay or by copy, and takes hidden files out of sight. */
#include "workspace.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "private_files.h"
#include "text.h"
#include "tree.h"

struct workspace {
    char scratch[PATH_MAX];
    char source[PATH_MAX];
    char folder[PATH_MAX];
    char data[PATH_MAX];
    const char *const *hide; /* borrowed during workspace_new() only */
    bool overlay, keep;
    char **masked; /* originals that an empty file or folder covers */
    size_t masked_count;
    char **found; /* hidden entries, relative to the source */
    size_t found_count;
};

static const char *const hide_always[] = {".env", ".env.*", NULL};
static const char *const package_folders[] = {"node_modules", "vendor", ".venv", "venv", "target", NULL};

static bool name_is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static bool name_is_hidden(const struct workspace *workspace, const char *name)
{
    for (const char *const *glob = workspace->hide; *glob != NULL; glob++)
        if (fnmatch(*glob, name, 0) == 0)
            return true;
    return false;
}

static void list_add(char ***list, size_t *count, const char *string)
{
    *list = mem_resize(*list, (*count + 1) * sizeof **list);
    (*list)[(*count)++] = mem_string(string);
}

static void list_release(char **list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mem_free(list[i]);
    mem_free(list);
}

/* ---- a copy */

static enum tree_choice copy_choose(void *context, const char *name)
{
    const struct workspace *workspace = context;
    if (strcmp(name, ".git") == 0 || name_is_hidden(workspace, name))
        return TREE_LEAVE_OUT;
    return name_is_one_of(name, package_folders) ? TREE_LINK : TREE_COPY;
}

static bool copy_make(struct workspace *workspace, struct fail *why)
{
    return tree_copy(workspace->source, workspace->folder, copy_choose, workspace, why);
}

/* ---- an overlay */

static enum tree_go hidden_find(void *context, const struct tree_entry *entry, struct fail *why)
{
    (void)why;
    struct workspace *workspace = context;
    if (name_is_one_of(entry->name, package_folders) || strcmp(entry->name, ".git") == 0)
        return TREE_SKIP;
    if (!name_is_hidden(workspace, entry->name))
        return TREE_ON;
    list_add(&workspace->found, &workspace->found_count, entry->relative);
    return TREE_SKIP;
}

/* An empty thing of the same kind covers the original, in this mount namespace only. */
static bool original_mask(struct workspace *workspace, const char *path, const struct stat *about,
                          struct fail *why)
{
    if (S_ISLNK(
            about->st_mode)) /* a bind would follow it: to a name that is hidden itself, or to none of ours */
        return true;
    bool done = S_ISDIR(about->st_mode) ? mount("tmpfs", path, "tmpfs", MS_RDONLY, "mode=755") == 0
                                        : mount("/dev/null", path, NULL, MS_BIND, NULL) == 0;
    if (!done)
        return fail_set(why, "cannot hide %s: %s", path, strerror(errno));
    list_add(&workspace->masked, &workspace->masked_count, path);
    return true;
}

/* Out of the view (a copy never had it), and the original out of reach. */
static bool hidden_remove(struct workspace *workspace, const char *relative, struct fail *why)
{
    char seen[PATH_MAX], original[PATH_MAX];
    struct stat about;
    if (snprintf(seen, sizeof seen, "%s/%s", workspace->folder, relative) >= (int)sizeof seen ||
        snprintf(original, sizeof original, "%s/%s", workspace->source, relative) >= (int)sizeof original)
        return fail_set(why, "the path of %.200s is too long", relative);
    if (lstat(original, &about) != 0)
        return errno == ENOENT || fail_set(why, "cannot look at %s: %s", original, strerror(errno));
    bool gone = S_ISDIR(about.st_mode) ? tree_remove(seen, why) : unlink(seen) == 0 || errno == ENOENT;
    if (!gone)
        return fail_set(why, "cannot hide %s: %s", seen, strerror(errno));
    return original_mask(workspace, original, &about, why);
}

/* overlayfs splits its options at ',' and lower folders at ':'. */
static bool path_fits_overlay(const char *path)
{
    return strpbrk(path, ",:\\") == NULL;
}

static bool overlay_mount(struct workspace *workspace)
{
    char upper[PATH_MAX], work[PATH_MAX], options[3 * PATH_MAX];
    int fits = snprintf(upper, sizeof upper, "%s/upper", workspace->scratch) < PATH_MAX &&
               snprintf(work, sizeof work, "%s/work", workspace->scratch) < PATH_MAX;
    if (!fits || !path_fits_overlay(workspace->source) || !path_fits_overlay(workspace->scratch))
        return false;
    if (!folders_make(upper, true) || !folders_make(work, true) || !folders_make(workspace->folder, true))
        return false;
    int len = snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s,userxattr",
                       workspace->source, upper, work);
    return len < (int)sizeof options &&
           mount("overlay", workspace->folder, "overlay", MS_NOSUID | MS_NODEV, options) == 0;
}

static bool overlay_hide(struct workspace *workspace, struct fail *why)
{
    struct tree_visit visit = {.entry = hidden_find, .context = workspace};
    bool fine = tree_walk(workspace->source, &visit, why);
    for (size_t i = 0; i < workspace->found_count && fine; i++)
        fine = hidden_remove(workspace, workspace->found[i], why);
    return fine;
}

/* ---- */

static bool path_take(char out[PATH_MAX], const char *path, const char *tail, struct fail *why)
{
    if (path[0] != '/')
        return fail_set(why, "%s is no absolute path", path);
    if (snprintf(out, PATH_MAX, "%s%s", path, tail) >= PATH_MAX)
        return fail_set(why, "the path of a folder is too long");
    return true;
}

static bool workspace_make(struct workspace *workspace, const struct workspace_options *options,
                           struct fail *why)
{
    if (!path_take(workspace->scratch, options->scratch, "", why) ||
        !path_take(workspace->source, options->source, "", why) ||
        !path_take(workspace->folder, options->scratch, "/backend", why) ||
        !path_take(workspace->data, options->scratch, "/data", why))
        return false;
    struct stat about;
    if (stat(workspace->source, &about) != 0 || !S_ISDIR(about.st_mode))
        return fail_set(why, "the backend's folder %s is not there", workspace->source);
    if (!folders_make(workspace->data, true))
        return fail_set(why, "cannot make %s: %s", workspace->data, strerror(errno));
    bool sealed = options->sandbox != NULL && sandbox_way_of(options->sandbox) == SANDBOX_NAMESPACE;
    workspace->overlay = sealed && overlay_mount(workspace);
    if (!workspace->overlay && !copy_make(workspace, why))
        return false;
    return !sealed || overlay_hide(workspace, why);
}

struct workspace *workspace_new(const struct workspace_options *options, struct fail *why)
{
    struct workspace *workspace = mem_new(sizeof *workspace);
    workspace->hide = options->hide == NULL ? hide_always : options->hide;
    workspace->keep = options->keep;
    if (workspace_make(workspace, options, why))
        return workspace;
    workspace->keep = false;
    workspace_free(workspace);
    return NULL;
}

static void masks_remove(struct workspace *workspace)
{
    for (size_t i = 0; i < workspace->masked_count; i++)
        umount2(workspace->masked[i], MNT_DETACH);
    list_release(workspace->masked, workspace->masked_count);
    workspace->masked = NULL;
    workspace->masked_count = 0;
}

void workspace_free(struct workspace *workspace)
{
    if (workspace == NULL)
        return;
    if (workspace->overlay)
        umount2(workspace->folder, MNT_DETACH);
    masks_remove(workspace);
    list_release(workspace->found, workspace->found_count);
    struct fail ignored = {
        0}; /* the harness removes the folder above it at its end, and says what it cannot */
    if (!workspace->keep && workspace->scratch[0] == '/')
        tree_remove(workspace->scratch, &ignored);
    mem_free(workspace);
}

/* What is hidden is looked for again: there may be more of it. */
bool workspace_refresh(struct workspace *workspace, bool *ret_fresh, struct fail *why)
{
    *ret_fresh = workspace->overlay;
    if (!workspace->overlay)
        return true;
    masks_remove(workspace);
    if (umount2(workspace->folder, MNT_DETACH) != 0 || !overlay_mount(workspace))
        return fail_set(why, "the backend's folder cannot be shown anew: %s", strerror(errno));
    list_release(workspace->found, workspace->found_count);
    workspace->found = NULL;
    workspace->found_count = 0;
    return overlay_hide(workspace, why);
}

const char *workspace_folder(const struct workspace *workspace)
{
    return workspace->folder;
}

const char *workspace_scratch(const struct workspace *workspace)
{
    return workspace->data;
}

bool workspace_is_overlay(const struct workspace *workspace)
{
    return workspace->overlay;
}
