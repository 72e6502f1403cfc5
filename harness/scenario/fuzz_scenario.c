/* Any bytes as a scenario, a profile and a file under `uses`: they are read, held against a profile and
 * shown, or refused with their place; never a crash, a hang or memory without bound. */
#include <stdint.h>

#include "lint.h"
#include "mem.h"
#include "profile.h"
#include "scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUTPUT_MAX_BYTES = 1024 * 1024 };

static const char known_profile[] =
    "backend: B\nrun: ./b\nservices: { redis: { use: redis } }\n"
    "actions: { login: { path: /login, json: { phone: $phone }, defaults: { type: a } } }\n"
    "answers: { wrong-code: { status: 400 } }\npolicy: { code: { length: 6 } }\n";

/* What cannot be resolved says where; what can is freed. */
static void resolve_all(const struct scenario *scenario)
{
    struct variables *variables = variables_new(NULL);
    variables_set(variables, TEXT("awa"), json_string("+243810000001"));
    for (size_t i = 0; i < scenario->faults.count; i++) {
        struct fail why = {0};
        json_t *json = NULL;
        if (fault_to_json(&scenario->faults.items[i], variables, &json, &why))
            json_decref(json);
        else
            REQUIRE(why.set && why.line > 0 && why.col > 0);
    }
    variables_free(variables);
}

static void read_as_scenario(struct text bytes, const struct profile *profile, struct problems *problems)
{
    struct scenario *scenario = scenario_read_text("fuzz/scenario.yaml", bytes, problems);
    REQUIRE(scenario != NULL || problems_errors(problems) > 0);
    if (scenario == NULL)
        return;
    lint_scenario(scenario, profile, problems);
    resolve_all(scenario);
    scenario_free(scenario);
}

static void read_as_profile(struct text bytes, struct problems *problems)
{
    size_t before = problems_errors(problems);
    struct profile *profile = profile_read_text("fuzz/backend.yaml", bytes, problems);
    REQUIRE(profile != NULL || problems_errors(problems) > before);
    if (profile != NULL)
        lint_profile(profile, problems);
    profile_free(profile);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text bytes = text_span((const char *)data, size);
    struct problems *problems = problems_new();
    struct profile *profile = profile_read_text("known.yaml", text_of(known_profile), problems);
    struct text_buf shown;
    REQUIRE(profile != NULL);
    text_buf_init(&shown, OUTPUT_MAX_BYTES);
    read_as_scenario(bytes, profile, problems);
    read_as_profile(bytes, problems);
    problems_write(problems, &shown);
    text_buf_release(&shown);
    profile_free(profile);
    problems_free(problems);
    return 0;
}
