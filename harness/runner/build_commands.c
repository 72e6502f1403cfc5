/* Runs each command to its end. */
#include "build_commands.h"

#include "environment.h"
#include "mem.h"
#include "process.h"
#include "rig.h"

enum { OUTPUT_MAX_BYTES = 1024 * 1024, SHOWN_BYTES = 500 };

static bool command_run(const struct command *command, const char *cwd, const struct environment *environment,
                        struct variables *variables, struct fail *why)
{
    char **argv = NULL;
    struct text shell = TEXT_NONE;
    struct text_buf output;
    struct drive_exit end = {0};
    bool is_shell = value_given(&command->shell);
    if (is_shell ? !value_text(&command->shell, variables, &shell, why)
                 : !rig_words(&command->argv, variables, &argv, why))
        return false;
    struct process_options options = {.name = "build",
                                      .argv = (const char *const *)argv,
                                      .shell = shell.at,
                                      .cwd = cwd,
                                      .environment = environment_list(environment)};
    text_buf_init(&output, OUTPUT_MAX_BYTES);
    bool fine = process_run(&options, BUILD_WITHIN_MS, &end, &output, why);
    if (fine && (end.status != 0 || end.signal != 0)) {
        struct text said = text_buf_view(&output);
        fine = fail_at(why, command->at.file, command->at.line, command->at.col,
                       "build ended with status %d:\n%.*s", end.signal != 0 ? 128 + end.signal : end.status,
                       TEXT_ARGS(text_from(said, said.len > SHOWN_BYTES ? said.len - SHOWN_BYTES : 0)));
    }
    text_buf_release(&output);
    rig_words_free(argv);
    return fine;
}

bool build_commands_run(const struct profile *profile, const char *cwd, struct fail *why)
{
    struct variables *variables = variables_new(NULL);
    struct environment *environment = environment_new();
    bool fine = true;
    environment_inherit(environment, "PATH");
    environment_inherit(environment, "HOME");
    environment_inherit(environment, "LANG");
    for (size_t i = 0; i < profile->build.count && fine; i++)
        fine = command_run(&profile->build.items[i], cwd, environment, variables, why);
    environment_free(environment);
    variables_free(variables);
    return fine;
}
