/* Looks once, before anything is started. */
#include "surroundings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folders.h"
#include "mem.h"
#include "preload_way.h"
#include "tree.h"

/* Where this program lies; new. */
static char *folder_of_us(void)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len <= 0)
        return mem_string(".");
    path[len] = '\0';
    return path_folder(path);
}

/* Where the library to preload lies; new. */
static char *folder_of_library(void)
{
    char path[PATH_MAX];
    return preload_library_find(path, NULL) ? path_folder(path) : folder_of_us();
}

static char *path_beside_us(void)
{
    char *folder = folder_of_us();
    char *beside = path_join(folder, "twilio-sim");
    mem_free(folder);
    return beside;
}

static bool simulator_find(struct surroundings *s, const char *named, struct fail *why)
{
    char *wanted = named != NULL ? mem_string(named) : path_beside_us();
    bool fine = path_is_file(wanted) && access(wanted, X_OK) == 0;
    if (fine)
        s->simulator = path_absolute(wanted, why);
    else
        fail_set(why, "%s is no program: build twilio-sim beside otp-harness, or name it with TWILIO_SIM",
                 wanted);
    mem_free(wanted);
    if (s->simulator != NULL)
        s->simulator_folder = path_folder(s->simulator);
    return s->simulator != NULL;
}

static bool cwd_find(struct surroundings *s, const struct selection *selection, struct fail *why)
{
    const struct profile *profile = selection->profile;
    char *folder = path_folder(selection->profile_path);
    char *written = value_given(&profile->cwd) ? text_copy(profile->cwd.written) : mem_string(".");
    char *joined = path_join(folder, written);
    s->cwd = path_absolute(joined, why);
    mem_free(joined);
    mem_free(written);
    mem_free(folder);
    return s->cwd != NULL;
}

/* In a namespace /tmp is private and vanishes with it; elsewhere, or when it is to be kept, the folder is a
 * real one. */
static bool scratch_find(struct surroundings *s, const struct settings *settings, struct fail *why)
{
    if (settings->keep_workspace) {
        s->scratch = path_join(s->output, "workspace");
        return folder_make(s->scratch, why);
    }
    if (s->choice.way == SANDBOX_NAMESPACE) {
        s->scratch = mem_string("/tmp");
        return true;
    }
    const char *folder = getenv("TMPDIR");
    char path[PATH_MAX];
    bool given = folder != NULL && folder[0] == '/' && strlen(folder) < sizeof path / 2;
    snprintf(path, sizeof path, "%s/otp-harness-XXXXXX", given ? folder : "/tmp");
    s->scratch_is_ours = true;
    if (mkdtemp(path) == NULL)
        return fail_set(why, "no folder can be made in %s", given ? folder : "/tmp");
    s->scratch = mem_string(path);
    return true;
}

static int workers_count(const struct surroundings *s, const struct settings *settings,
                         const struct selection *selection)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int workers = settings->workers;
    if (workers == 0)
        workers = s->choice.way == SANDBOX_NAMESPACE ? (int)cores : 1;
    if (settings->url != NULL || workers < 1)
        workers = 1;
    if (workers > SETTINGS_WORKERS_MAX)
        workers = SETTINGS_WORKERS_MAX;
    return (size_t)workers > selection->job_count ? (int)selection->job_count : workers;
}

static void keep_fill(struct surroundings *s)
{
    size_t count = 0;
    s->keep[count++] = s->cwd;
    s->keep[count++] = s->output;
    s->keep[count++] = s->simulator_folder;
    s->library_folder = folder_of_library();
    if (s->simulator_folder != NULL && strcmp(s->library_folder, s->simulator_folder) != 0)
        s->keep[count++] = s->library_folder;
    s->keep[count] = NULL;
}

/* With --url a worker is forked all the same, outside of any namespace, and starts nothing. */
static bool way_choose(struct surroundings *s, const struct settings *settings, struct fail *why)
{
    if (settings->url == NULL)
        return sandbox_choose(settings->sandbox, settings->require_sealed, &s->choice, why);
    s->choice = (struct sandbox_choice){.way = SANDBOX_PROXY};
    return !settings->require_sealed ||
           fail_set(why, "--require-sealed: with --url the backend runs where it runs");
}

bool surroundings_find(struct surroundings *ret, const struct settings *settings,
                       const struct selection *selection, const char *simulator, struct fail *why)
{
    *ret = (struct surroundings){0};
    bool fine = folder_make(settings->output, why) &&
                (ret->output = path_absolute(settings->output, why)) != NULL &&
                way_choose(ret, settings, why);
    if (fine && settings->url == NULL)
        fine = simulator_find(ret, simulator, why) && cwd_find(ret, selection, why);
    fine = fine && scratch_find(ret, settings, why);
    if (!fine)
        return false;
    ret->workers = workers_count(ret, settings, selection);
    keep_fill(ret);
    return true;
}

void surroundings_release(struct surroundings *s)
{
    struct fail ignored = {0};
    if (s->scratch_is_ours && s->scratch != NULL)
        tree_remove(s->scratch, &ignored);
    mem_free(s->simulator);
    mem_free(s->simulator_folder);
    mem_free(s->library_folder);
    mem_free(s->cwd);
    mem_free(s->output);
    mem_free(s->scratch);
    *s = (struct surroundings){0};
}
