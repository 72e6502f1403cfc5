/* run_trial: whole runs of otp-harness as its user sees them (tests only): files in, words and exit status
 * out.
 *
 *     struct run_trial *trial = run_trial_new();                 // a folder of its own
 *     run_trial_write(trial, "backend.yaml", "backend: ...");
 *     run_trial_run(trial, "run x.yaml -j 2");
 *     run_trial_ends(trial, EXIT_PASSED, SAYS("1 passed, 0 failed"));
 *     run_trial_free(trial);                                     // the folder is removed
 *
 * The programs are those that the build puts beside the tests. The environment of a run is PATH,
 * TMPDIR and XDG_RUNTIME_DIR (the folder) and HARNESS_SECRET, which no backend may see. */
#ifndef RUN_TRIAL_H
#define RUN_TRIAL_H

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "environment.h"
#include "file_bytes.h"
#include "folders.h"
#include "mem.h"
#include "process.h"
#include "runner.h"
#include "test_support.h"
#include "tree.h"

enum { RUN_TRIAL_WITHIN_MS = 120000, RUN_TRIAL_OUTPUT_BYTES = 8 * 1024 * 1024 };

struct run_trial {
    char folder[64];
    struct text_buf said; /* by the last run, both streams */
    int status;           /* of the last run */
};

static inline struct run_trial *run_trial_new(void)
{
    struct run_trial *trial = mem_new(sizeof *trial);
    snprintf(trial->folder, sizeof trial->folder, "/tmp/run-trial-XXXXXX");
    assert_non_null(mkdtemp(trial->folder));
    text_buf_init(&trial->said, RUN_TRIAL_OUTPUT_BYTES);
    return trial;
}

static inline void run_trial_free(struct run_trial *trial)
{
    struct fail why = {0};
    if (!tree_remove(trial->folder, &why))
        fail_msg("%s", why.text);
    text_buf_release(&trial->said);
    mem_free(trial);
}

/* The folder's name, by which a process can be told that has it in its command line; borrowed. */
static inline const char *run_trial_mark(const struct run_trial *trial)
{
    return strrchr(trial->folder, '/') + 1;
}

static inline bool run_trial_marks(const struct run_trial *trial, const char *pid)
{
    char path[300];
    struct text_buf line;
    snprintf(path, sizeof path, "/proc/%s/cmdline", pid);
    if (!file_read(path, &line, NULL))
        return false;
    bool found = text_contains(text_buf_view(&line), text_of(run_trial_mark(trial)));
    text_buf_release(&line);
    return found;
}

/* The processes that carry the mark. */
static inline size_t run_trial_marked(const struct run_trial *trial)
{
    size_t count = 0;
    DIR *processes = opendir("/proc");
    assert_non_null(processes);
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;)
        count += text_all_digits(text_of(entry->d_name)) && run_trial_marks(trial, entry->d_name);
    closedir(processes);
    return count;
}

/* A file of the trial's folder, with the folders above it. */
static inline void run_trial_write(const struct run_trial *trial, const char *name, const char *content)
{
    struct fail why = {0};
    char *path = path_join(trial->folder, name), *above = path_folder(path);
    if (!folder_make(above, &why) || !file_write(path, text_of(content), 0644, &why))
        fail_msg("%s", why.text);
    mem_free(above);
    mem_free(path);
}

/* Its content; new. */
static inline char *run_trial_read(const struct run_trial *trial, const char *name)
{
    struct fail why = {0};
    struct text_buf content;
    char *path = path_join(trial->folder, name);
    if (!file_read(path, &content, &why))
        fail_msg("%s", why.text);
    mem_free(path);
    return text_buf_take(&content);
}

/* otp-harness or twilio-sim; new. */
static inline char *run_trial_program(const char *name)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    assert_true(len > 0);
    path[len] = '\0';
    char *folder = path_folder(path), *programs = path_join(folder, "../bin"),
         *program = path_join(programs, name);
    mem_free(folder);
    mem_free(programs);
    return program;
}

/* `before` stands in front of the program ("setpriv --reuid 65534"); "" for nothing. Another user may have no
 * way to the build's folder: the programs are copied into the trial's for that. */
static inline void run_trial_command(const struct run_trial *trial, const char *before, const char *arguments,
                                     struct text_buf *ret)
{
    char *program = run_trial_program("otp-harness"), *simulator = run_trial_program("twilio-sim");
    text_buf_init(ret, 8192);
    if (before[0] == '\0')
        text_putf(ret, "exec %s %s", program, arguments);
    else
        text_putf(ret,
                  "install -m 755 %s %s $(dirname %s)/twilio-sim-preload* %s && exec %s %s/otp-harness %s",
                  program, simulator, program, trial->folder, before, trial->folder, arguments);
    mem_free(program);
    mem_free(simulator);
}

/* What a run starts with; new. */
static inline struct environment *run_trial_environment(const struct run_trial *trial)
{
    struct environment *environment = environment_new();
    environment_inherit(environment, "PATH");
    environment_set(environment, "HARNESS_SECRET", "never inherited");
    environment_set(environment, "TMPDIR", trial->folder); /* what a killed run leaves goes with the folder */
    environment_set(environment, "XDG_RUNTIME_DIR", trial->folder);
    return environment;
}

/* Starts `otp-harness ARGUMENTS` and comes back at once; new. */
static inline struct process *run_trial_start(const struct run_trial *trial, const char *arguments)
{
    struct fail why = {0};
    struct text_buf command;
    struct environment *environment = run_trial_environment(trial);
    run_trial_command(trial, "", arguments, &command);
    struct process_options options = {.name = "harness",
                                      .shell = text_buf_z(&command),
                                      .cwd = trial->folder,
                                      .environment = environment_list(environment)};
    struct process *process = process_start(&options, &why);
    if (process == NULL)
        fail_msg("%s", why.text);
    environment_free(environment);
    text_buf_release(&command);
    return process;
}

/* Runs `BEFORE otp-harness ARGUMENTS` to its end. */
static inline void run_trial_run_by(struct run_trial *trial, const char *before, const char *arguments)
{
    struct fail why = {0};
    struct drive_exit end = {0};
    struct text_buf command;
    struct environment *environment = run_trial_environment(trial);
    run_trial_command(trial, before, arguments, &command);
    struct process_options options = {.name = "harness",
                                      .shell = text_buf_z(&command),
                                      .cwd = trial->folder,
                                      .environment = environment_list(environment)};
    text_buf_clear(&trial->said);
    if (!process_run(&options, RUN_TRIAL_WITHIN_MS, &end, &trial->said, &why))
        fail_msg("%s", why.text);
    trial->status = end.status;
    environment_free(environment);
    text_buf_release(&command);
}

static inline void run_trial_run(struct run_trial *trial, const char *arguments)
{
    run_trial_run_by(trial, "", arguments);
}

#define SAYS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The last run ended so and said each of these. */
static inline void run_trial_ends(struct run_trial *trial, int status, const char *const *says)
{
    if (trial->status != status)
        fail_msg("expected exit status %d, got %d:\n%s", status, trial->status, text_buf_z(&trial->said));
    for (; *says != NULL; says++)
        if (!text_contains(text_buf_view(&trial->said), text_of(*says)))
            fail_msg("\"%s\" is not in:\n%s", *says, text_buf_z(&trial->said));
}

/* The last run did not say this. */
static inline void run_trial_is_silent_on(struct run_trial *trial, const char *words)
{
    if (text_contains(text_buf_view(&trial->said), text_of(words)))
        fail_msg("\"%s\" is in:\n%s", words, text_buf_z(&trial->said));
}

#endif
