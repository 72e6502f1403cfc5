/* A run from selection to exit status. */
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "build_commands.h"
#include "folders.h"
#include "history.h"
#include "mem.h"
#include "narrator.h"
#include "pool.h"
#include "pool_pause.h"
#include "problems.h"
#include "report.h"
#include "rig_hosts.h"
#include "runner_parts.h"
#include "selection.h"
#include "stack_folder.h"
#include "surroundings.h"

enum { NOTE_BYTES = 1200, PROBLEMS_MAX_BYTES = 4 * 1024 * 1024 };

int runner_complain(int status, const struct fail *why)
{
    char line[sizeof why->text + sizeof why->source + 32];
    fprintf(stderr, "otp-harness: %s\n", fail_line(why, line, sizeof line));
    return status;
}

static void problems_show(const struct problems *problems)
{
    struct text_buf out;
    text_buf_init(&out, PROBLEMS_MAX_BYTES);
    problems_write(problems, &out);
    fputs(text_buf_z(&out), stderr);
    text_buf_release(&out);
}

struct selection *runner_select(const struct settings *settings, struct problems *problems, int *ret_status)
{
    struct fail why = {0};
    struct selection *selection = selection_new(settings, problems, &why);
    problems_show(problems);
    if (selection == NULL)
        *ret_status = runner_complain(EXIT_USAGE, &why);
    else if (problems_errors(problems) > 0 || selection->profile == NULL)
        *ret_status = EXIT_INVALID;
    else
        return selection;
    selection_free(selection);
    return NULL;
}

static void job_began(void *context, const struct job *job)
{
    struct text_buf label;
    struct scenario_result *result;
    char *sentence = text_copy(job->scenario->sentence.written);
    result =
        scenario_result_new(job->scenario->path, job->scenario->sentence.at.line, sentence, job->case_name);
    text_buf_init(&label, 1024);
    report_began(context, scenario_result_label(result, &label));
    text_buf_release(&label);
    scenario_result_free(result);
    mem_free(sentence);
}

static void job_ended(void *context, const struct scenario_result *result)
{
    struct fail ignored = {0};
    struct history *history =
        result->history_path == NULL ? NULL : history_read(result->history_path, &ignored);
    report_ended(context, result, history);
    history_free(history);
}

static struct report *report_begin(const struct settings *settings, const struct selection *selection,
                                   const struct surroundings *s, struct fail *why)
{
    struct report_options options = {.out = STDOUT_FILENO,
                                     .scenarios = selection->job_count,
                                     .way = settings->url != NULL ? "url" : sandbox_way_name(s->choice.way),
                                     .folder = settings->output,
                                     .github_workspace = getenv("GITHUB_WORKSPACE"),
                                     .github_summary = getenv("GITHUB_STEP_SUMMARY")};
    report_options_detect(&options, getenv("NO_COLOR"));
    struct report *report = report_new(&options);
    for (size_t i = 0; i < settings->reports.count; i++) {
        if (!report_add_output(report, settings->reports.items[i], why)) {
            report_free(report);
            return NULL;
        }
    }
    return report;
}

static void notes_write(struct report *report, const struct settings *settings, const struct surroundings *s,
                        const struct selection *selection)
{
    char note[NOTE_BYTES];
    if (settings->url != NULL)
        snprintf(note, sizeof note, "backend: at %s, simulator at %s; nothing is sandboxed", settings->url,
                 settings->sim);
    else
        snprintf(note, sizeof note, "sandbox: %s (%s); backend: %s; %d worker%s",
                 sandbox_way_name(s->choice.way), s->choice.seal, selection->profile_path, s->workers,
                 s->workers == 1 ? "" : "s");
    report_note(report, note);
    if (s->choice.note[0] != '\0')
        report_note(report, s->choice.note);
    if (settings->shuffle) {
        snprintf(note, sizeof note, "order: random:%llu", (unsigned long long)settings->seed);
        report_note(report, note);
    }
}

/* Folders for the histories, as deep as each wants; what an earlier run left is no part of this one. */
static bool histories_prepare(const struct selection *selection, struct fail *why)
{
    bool fine = true;
    for (size_t i = 0; i < selection->job_count && fine; i++) {
        char *folder = path_folder(selection->jobs[i].history_path);
        fine = folder_make(folder, why);
        remove(selection->jobs[i].history_path);
        mem_free(folder);
    }
    return fine;
}

static int status_of(struct report_totals totals, bool came_up)
{
    if (totals.failed > totals.environment)
        return EXIT_FAILED;
    return totals.environment > 0 || !came_up ? EXIT_ENVIRONMENT : EXIT_PASSED;
}

static int jobs_run(const struct settings *settings, const struct selection *selection,
                    const struct surroundings *s, struct report *report)
{
    struct fail why = {0};
    struct narrator *narrator = narrator_new();
    char **hosts = rig_hosts_names(selection->profile);
    char *folder = stack_folder();
    struct report_options out = {.out = STDOUT_FILENO};
    report_options_detect(&out, getenv("NO_COLOR"));
    struct pool_pause_stand stand = {folder, "run", s->cwd == NULL ? "" : s->cwd, out.out, out.colour};
    struct pool_options options = {.rig = {.settings = settings,
                                           .profile = selection->profile,
                                           .narrator = narrator,
                                           .cwd = s->cwd,
                                           .simulator = s->simulator},
                                   .selection = selection,
                                   .way = s->choice.way,
                                   .keep = s->keep,
                                   .hosts = (const char *const *)hosts,
                                   .scratch = s->scratch,
                                   .scratch_is_ours = s->scratch_is_ours,
                                   .workers = s->workers,
                                   .fail_fast = settings->fail_fast,
                                   .pause = settings->pause_on_failure ? &stand : NULL,
                                   .context = report,
                                   .began = job_began,
                                   .ended = job_ended};
    bool came_up = pool_run(&options, &why);
    narrator_free(narrator);
    rig_words_free(hosts);
    mem_free(folder);
    char note[NOTE_BYTES];
    snprintf(note, sizeof note, "histories: %s/history", settings->output);
    report_note(report, note);
    bool written = report_finish(report, &why);
    int status = status_of(report_totals(report), came_up);
    if (!came_up)
        fprintf(stderr, "otp-harness: the run stopped: %s\n", why.text);
    return written ? status : runner_complain(EXIT_ENVIRONMENT, &why);
}

static int selection_run(const struct settings *settings, const struct selection *selection)
{
    struct fail why = {0};
    struct surroundings s;
    struct report *report = NULL;
    int status = EXIT_ENVIRONMENT;
    if (!surroundings_find(&s, settings, selection, getenv("TWILIO_SIM"), &why) ||
        !histories_prepare(selection, &why) ||
        (settings->url == NULL && !build_commands_run(selection->profile, s.cwd, &why)))
        runner_complain(status, &why);
    else if ((report = report_begin(settings, selection, &s, &why)) == NULL)
        status = runner_complain(EXIT_USAGE, &why);
    else {
        notes_write(report, settings, &s, selection);
        status = jobs_run(settings, selection, &s, report);
    }
    report_free(report);
    surroundings_release(&s);
    return status;
}

int runner_run(const struct settings *settings)
{
    int status;
    if (settings->pause_on_failure && isatty(STDIN_FILENO) != 1) {
        fputs("otp-harness: --pause-on-failure waits for a person, and stdin is no terminal\n", stderr);
        return EXIT_USAGE;
    }
    struct problems *problems = problems_new();
    struct selection *selection = runner_select(settings, problems, &status);
    if (selection != NULL && selection->job_count == 0) {
        fprintf(stderr, "otp-harness: no scenario is selected (%zu read)\n", selection->scenario_count);
        status = EXIT_NOTHING;
    } else if (selection != NULL) {
        status = selection_run(settings, selection);
    }
    selection_free(selection);
    problems_free(problems);
    return status;
}

int runner_lint(const struct settings *settings)
{
    int status;
    struct problems *problems = problems_new();
    struct selection *selection = runner_select(settings, problems, &status);
    if (selection != NULL) {
        status = EXIT_PASSED;
        printf("%zu scenario%s and %s: no errors, %zu warning%s\n", selection->scenario_count,
               selection->scenario_count == 1 ? "" : "s", selection->profile_path,
               problems_warnings(problems), problems_warnings(problems) == 1 ? "" : "s");
    } else if (problems_errors(problems) > 0) {
        fprintf(stderr, "%zu error%s\n", problems_errors(problems),
                problems_errors(problems) == 1 ? "" : "s");
    }
    selection_free(selection);
    problems_free(problems);
    return status;
}

static void scenario_list(const struct scenario *scenario)
{
    printf("%s: %.*s", scenario->path, TEXT_ARGS(scenario->sentence.written));
    for (size_t i = 0; i < scenario->tags.count; i++)
        printf("%s%.*s", i == 0 ? " [" : ", ", TEXT_ARGS(scenario->tags.items[i].written));
    printf("%s", scenario->tags.count > 0 ? "]" : "");
    if (scenario->cases.count > 0)
        printf(" (%zu cases)", scenario->cases.count);
    printf("\n");
}

int runner_list(const struct settings *settings)
{
    int status;
    size_t shown = 0;
    struct problems *problems = problems_new();
    struct selection *selection = runner_select(settings, problems, &status);
    for (size_t i = 0; selection != NULL && i < selection->scenario_count; i++) {
        if (!scenario_has_tag(selection->scenarios[i], &settings->tags))
            continue;
        scenario_list(selection->scenarios[i]);
        shown++;
    }
    if (selection != NULL)
        status = shown > 0 ? EXIT_PASSED : EXIT_NOTHING;
    selection_free(selection);
    problems_free(problems);
    return status;
}
