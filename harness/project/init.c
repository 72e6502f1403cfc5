/* The command: walk, guess, write, and say what to do next. */
#include "init.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_bytes.h"
#include "mem.h"
#include "private_files.h"
#include "profile_text.h"
#include "project_frameworks.h"
#include "project_walk.h"

enum { OUTPUT_MAX_BYTES = 1024 * 1024, FILES = INIT_SCENARIOS + 1 };

struct init {
    const struct init_options *options;
    FILE *out, *err;
    char project[PATH_MAX]; /* absolute */
    char into[PATH_MAX];    /* absolute */
    char cwd[PATH_MAX];     /* the project, seen from `into` */
    struct project_facts *facts;
    struct project_guess guess;
    int left, written;
};

static int complain(const struct init *init, const struct fail *why)
{
    fprintf(init->err, "otp-harness init: %s\n", why->text);
    return INIT_ENVIRONMENT;
}

static bool is_folder(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat about;
    return snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path && stat(path, &about) == 0 &&
           S_ISDIR(about.st_mode);
}

/* realpath() of what exists, the rest as it is written. */
static bool resolve(const char *path, char ret[PATH_MAX], struct fail *why)
{
    char above[PATH_MAX], real[PATH_MAX];
    size_t len = strlen(path);
    if (len >= PATH_MAX)
        return fail_set(why, "the path is too long: %.100s...", path);
    memcpy(above, path, len + 1);
    while (realpath(above, real) == NULL) {
        while (len > 0 && above[len - 1] == '/')
            len--;
        while (len > 0 && above[len - 1] != '/')
            len--;
        memcpy(above, len == 0 ? "." : path, len == 0 ? 2 : len);
        if (len > 0)
            above[len] = '\0';
        if (errno != ENOENT || len == 0)
            break;
    }
    if (realpath(above, real) == NULL)
        return fail_set(why, "cannot find %s: %s", path, strerror(errno));
    const char *rest = path + len;
    if (strstr(rest, "..") != NULL)
        return fail_set(why, "%s: make the folders before '..' first", path);
    bool whole = len == strlen(path) || rest[0] == '\0';
    if (snprintf(ret, PATH_MAX, "%s%s%s", real, whole || strcmp(real, "/") == 0 ? "" : "/",
                 whole ? "" : rest) >= PATH_MAX)
        return fail_set(why, "the path is too long: %.100s...", path);
    while (strlen(ret) > 1 && ret[strlen(ret) - 1] == '/')
        ret[strlen(ret) - 1] = '\0';
    return true;
}

/* "../.." from /a/b/c to /a; both absolute and without dots. */
static void relative(const char *from, const char *to, char ret[PATH_MAX])
{
    size_t same = 0, i = 0;
    struct text_buf out;
    for (; from[i] != '\0' && from[i] == to[i]; i++)
        if (from[i] == '/')
            same = i;
    if ((from[i] == '\0' || from[i] == '/') && (to[i] == '\0' || to[i] == '/'))
        same = i;
    text_buf_init(&out, PATH_MAX - 1);
    for (const char *rest = from + same; *rest != '\0'; rest++)
        if (*rest == '/' && rest[1] != '\0')
            text_put_z(&out, out.len == 0 ? ".." : "/..");
    const char *rest = to + same;
    while (*rest == '/')
        rest++;
    if (*rest != '\0')
        text_putf(&out, "%s%s", out.len == 0 ? "" : "/", rest);
    snprintf(ret, PATH_MAX, "%s", out.len == 0 ? "." : text_buf_z(&out));
    text_buf_release(&out);
}

static bool find_places(struct init *init, struct fail *why)
{
    const char *folder = init->options->folder == NULL ? "." : init->options->folder;
    char into[PATH_MAX];
    if (realpath(folder, init->project) == NULL)
        return fail_set(why, "cannot read the project's folder %s: %s", folder, strerror(errno));
    if (snprintf(into, sizeof into, "%s/%s", init->project,
                 is_folder(init->project, "tests") ? "tests/otp" : "otp") >= (int)sizeof into)
        return fail_set(why, "the path is too long: %.100s...", init->project);
    if (!resolve(init->options->into == NULL ? into : init->options->into, init->into, why))
        return false;
    relative(init->into, init->project, init->cwd);
    return true;
}

static void make_text(const struct init *init, size_t index, struct text_buf *text)
{
    text_buf_init(text, OUTPUT_MAX_BYTES);
    if (index == 0)
        profile_text(&init->guess, init->cwd, text);
    else
        scenario_text(&init->guess, index - 1, text);
}

static bool write_one(struct init *init, size_t index, const char *name, struct fail *why)
{
    char path[PATH_MAX];
    struct stat about;
    struct text_buf text;
    if (snprintf(path, sizeof path, "%s/%s", init->into, name) >= (int)sizeof path)
        return fail_set(why, "the path is too long: %.100s...", init->into);
    if (!init->options->dry_run && lstat(path, &about) == 0 &&
        (!init->options->force || !S_ISREG(about.st_mode))) {
        fprintf(init->out, "left      %s (it exists)\n", path);
        init->left++;
        return true;
    }
    make_text(init, index, &text);
    bool fine = true;
    if (init->options->dry_run)
        fprintf(init->out, "%s--- %s\n%s", index == 0 ? "" : "\n", path, text_buf_z(&text));
    else if ((fine = file_write(path, text_buf_view(&text), 0644, why)))
        fprintf(init->out, "wrote     %s\n", path);
    init->written += fine && !init->options->dry_run;
    text_buf_release(&text);
    return fine;
}

static bool write_all(struct init *init, struct fail *why)
{
    if (!init->options->dry_run && !folders_make(init->into, true))
        return fail_set(why, "cannot make the folder %s: %s", init->into, strerror(errno));
    for (size_t i = 0; i < FILES; i++)
        if (!write_one(init, i, i == 0 ? "backend.yaml" : scenario_file_name(&init->guess, i - 1), why))
            return false;
    return true;
}

static void say_guess(FILE *out, const char *what, const struct guess *guess)
{
    if (guess->value.at == NULL)
        fprintf(out, "  %-10s not found: %s\n", what, guess->why[0] == '\0' ? "no file says it" : guess->why);
    else
        fprintf(out, "  %-10s %-40.*s %s%s\n", what, TEXT_ARGS(guess->value),
                guess->sure ? "" : "CHECK: ", guess->why);
}

static void say_found(const struct init *init)
{
    const struct project_guess *guess = &init->guess;
    if (init->facts->framework != NULL)
        fprintf(init->out, "  %-10s %s\n", "framework", init->facts->framework->name);
    if (guess->parts.value.len > 0)
        fprintf(init->out, "  %-10s several (%s), like a backend look: %.*s\n", "projects", guess->parts.why,
                TEXT_ARGS(guess->parts.value));
    else if (guess->parts.value.at != NULL)
        fprintf(init->out, "  %-10s several (%s), none looks like a backend\n", "projects", guess->parts.why);
    if (guess->build.value.at != NULL)
        say_guess(init->out, "build", &guess->build);
    say_guess(init->out, "start", &guess->run);
    say_guess(init->out, "send", &guess->send.path);
    say_guess(init->out, "check", &guess->check.path);
    if (guess->redis.value.at != NULL)
        say_guess(init->out, "service", &guess->redis);
    if (guess->postgres.value.at != NULL)
        say_guess(init->out, "service", &guess->postgres);
    for (size_t i = 0; i < init->facts->note_count; i++)
        fprintf(init->out, "  note       %s\n", init->facts->notes[i]);
    if (init->facts->dropped > 0)
        fprintf(init->out, "  note       the project is large: %zu facts did not fit\n",
                init->facts->dropped);
    if (guess->verify.value.at != NULL)
        fprintf(init->out, "  note       %s uses Twilio Verify, which the simulator does not have\n",
                guess->verify.why);
}

static void say_next(const struct init *init)
{
    char here[PATH_MAX], folder[PATH_MAX];
    if (getcwd(here, sizeof here) == NULL)
        snprintf(here, sizeof here, "/");
    relative(here, init->into, folder);
    fprintf(init->out,
            "\nNext:\n"
            "  1. read %s/backend.yaml: the lines with CHECK, and " GUESS_PLACEHOLDER " where there is one\n"
            "  2. otp-harness lint %s\n"
            "  3. otp-harness run %s\n"
            "and otp-harness doctor --env FILE checks the settings of a deployment\n",
            folder, folder, folder);
}

int init_run(const struct init_options *options, FILE *out, FILE *err)
{
    struct fail why = {0};
    struct init *init = mem_new(sizeof *init);
    int status = INIT_WRITTEN;
    init->options = options;
    init->out = out;
    init->err = err;
    init->facts = project_facts_new();
    if (!find_places(init, &why) || !project_walk(init->project, init->facts, &why)) {
        status = complain(init, &why);
    } else {
        project_guess(init->facts, strrchr(init->project, '/') + 1, &init->guess);
        if (!options->dry_run)
            fprintf(out, "project   %s\n", init->project);
        if (!options->dry_run)
            say_found(init);
        if (!write_all(init, &why))
            status = complain(init, &why);
        else if (init->left > 0)
            status = INIT_LEFT;
        if (init->left > 0)
            fprintf(out, "%d file%s left as %s; --force replaces, --dry-run shows\n", init->left,
                    init->left == 1 ? "" : "s", init->left == 1 ? "it is" : "they are");
        if (status != INIT_ENVIRONMENT && !options->dry_run)
            say_next(init);
    }
    project_facts_free(init->facts);
    mem_free(init);
    return status;
}
