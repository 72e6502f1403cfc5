/* Name, start, readiness and services. Variables and routes have files of their own. */
#include "project_guess.h"

#include <stdio.h>

#include "fact_parts.h"
#include "project_frameworks.h"

enum { COMMAND_BYTES = 600, PARTS_BYTES = 8 * 1024 };

void guess_because(struct guess *guess, struct text value, bool sure, struct fact_place at, const char *what)
{
    guess->value = value;
    guess->sure = sure;
    struct text file = text_first(at.file, 120);
    if (at.file.at == NULL)
        snprintf(guess->why, sizeof guess->why, "%s", what);
    else if (at.line > 0)
        snprintf(guess->why, sizeof guess->why, "%s%s%.*s:%d", what, what[0] == '\0' ? "" : ", ",
                 TEXT_ARGS(file), at.line);
    else
        snprintf(guess->why, sizeof guess->why, "%s%s%.*s", what, what[0] == '\0' ? "" : " of ",
                 TEXT_ARGS(file));
}

struct text guess_literal(struct project_facts *facts, struct text foreign)
{
    struct text_buf out;
    text_buf_init(&out, COMMAND_BYTES);
    for (size_t i = 0; i < foreign.len; i++) {
        text_put_char(&out, foreign.at[i]);
        if (foreign.at[i] == '$')
            text_put_char(&out, '$');
    }
    struct text doubled = fact_text(facts, text_buf_view(&out));
    text_buf_release(&out);
    return doubled.at == NULL ? TEXT("") : doubled;
}

/* "api/app.py" to "api.app" */
static struct text module_of(struct project_facts *facts, struct text file)
{
    char module[256];
    struct text stem = text_first(file, file.len - (text_ends(file, ".py") ? 3 : 0));
    stem = text_first(stem, sizeof module);
    for (size_t i = 0; i < stem.len; i++)
        module[i] = stem.at[i] == '/' ? '.' : stem.at[i];
    return fact_text(facts, text_span(module, stem.len));
}

/* "cmd/api/main.go" to "./cmd/api"; "." at the top, and where a shell would not take the name as it stands.
 */
static struct text go_package_of(struct project_facts *facts)
{
    char package[256];
    struct text folder = fact_folder_name(facts->main_file);
    for (size_t i = 0; i < folder.len; i++)
        if (folder.at[i] == '$' || (!fact_word_byte(folder.at[i]) && strchr("/.-", folder.at[i]) == NULL))
            return TEXT(".");
    if (folder.len == 0 || folder.len > sizeof package - 3)
        return TEXT(".");
    snprintf(package, sizeof package, "./%.*s", TEXT_ARGS(folder));
    return fact_text(facts, text_of(package));
}

static void put_replaced(struct project_facts *facts, struct text_buf *out, struct text template,
                         struct text file)
{
    const struct {
        const char *mark;
        struct text value;
    } marks[] = {{"%FILE%", file},
                 {"%MODULE%", module_of(facts, file)},
                 {"%MAIN%", go_package_of(facts)},
                 {"%APP%", facts->app_variable.at == NULL ? TEXT("app") : facts->app_variable}};
    while (template.len > 0) {
        size_t skip = 1;
        struct text piece = text_first(template, 1);
        for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
            if (text_starts(template, marks[i].mark)) {
                piece = marks[i].value;
                skip = strlen(marks[i].mark);
            }
        text_put(out, piece);
        template = text_from(template, skip);
    }
}

static void start_by_framework(struct project_facts *facts, struct project_guess *guess)
{
    const struct framework *framework = facts->framework;
    struct text_buf out;
    char what[100];
    text_buf_init(&out, COMMAND_BYTES);
    if (framework->serves_itself && facts->app_serves) {
        text_put_z(&out, "python3 ");
        text_put(&out, guess_literal(facts, facts->app_file));
        snprintf(what, sizeof what, "a %s program", framework->name);
        guess_because(&guess->run, fact_text(facts, text_buf_view(&out)), true,
                      (struct fact_place){facts->app_file, 0}, what);
        guess->run_words = true;
    } else {
        struct text file =
            facts->app_file.at == NULL ? TEXT("app.py") : guess_literal(facts, facts->app_file);
        put_replaced(facts, &out, text_of(framework->run), file);
        snprintf(what, sizeof what, "%s", framework->name);
        guess_because(&guess->run, fact_text(facts, text_buf_view(&out)), facts->app_file.at != NULL,
                      facts->framework_at, what);
    }
    if (framework->build != NULL) {
        text_buf_clear(&out);
        put_replaced(facts, &out, text_of(framework->build), TEXT(""));
        guess_because(&guess->build, fact_text(facts, text_buf_view(&out)), false, facts->framework_at,
                      framework->name);
    }
    text_buf_release(&out);
}

/* What it starts has to be made first, unless it starts the sources as they are. */
static void guess_build(struct project_facts *facts, const struct fact_start *start,
                        struct project_guess *guess)
{
    const struct fact_build *build = &facts->build;
    if (build->command.at != NULL && strcmp(start->what, "scripts.dev") != 0 &&
        text_equal(fact_folder_name(start->at.file), fact_folder_name(build->at.file)))
        guess_because(&guess->build, guess_literal(facts, build->command),
                      build->needed || fact_is_built(start->command), build->at, "scripts.build");
}

static void guess_parts(struct project_facts *facts, struct guess *ret)
{
    struct fact_place at = facts->workspaces;
    struct text_buf out;
    if (at.file.at == NULL)
        return;
    text_buf_init(&out, PARTS_BYTES);
    for (size_t i = 0; i < facts->part_count; i++) {
        text_put_z(&out, i == 0 ? "" : ", ");
        text_put(&out, facts->parts[i]);
    }
    struct text parts = fact_text(facts, text_buf_view(&out));
    text_buf_release(&out);
    guess_because(ret, parts.at == NULL ? TEXT("") : parts, false, at,
                  fact_folder_name(at.file).len > 0 ? "" : "workspaces");
}

void guess_start(struct project_facts *facts, struct project_guess *guess)
{
    const struct fact_start *best = NULL;
    for (size_t i = 0; i < facts->start_count; i++)
        if (best == NULL || facts->starts[i].rank < best->rank)
            best = &facts->starts[i];
    bool framework = facts->framework != NULL && facts->framework->run != NULL;
    /* what a container starts is often built for it alone */
    if (framework && (best == NULL || best->rank >= 50)) {
        start_by_framework(facts, guess);
    } else if (best != NULL) {
        guess_because(&guess->run, guess_literal(facts, best->command), best->rank < 40, best->at,
                      best->what);
        guess->run_words = best->words;
        guess_build(facts, best, guess);
    }
}

static bool is_health(struct text path)
{
    static const char *const names[] = {"health", "healthz", "healthcheck", "ready",
                                        "readyz", "livez",   "ping",        "_health"};
    struct text last = fact_base_name(path);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_is(last, names[i]))
            return true;
    return false;
}

static void guess_ready(struct project_facts *facts, struct project_guess *guess)
{
    for (size_t i = 0; i < facts->route_count; i++) {
        const struct fact_route *route = &facts->routes[i];
        struct text path = guess_route_path(facts, route);
        if (!is_health(path))
            continue;
        guess_because(&guess->ready, path, true, route->at, "a route");
        return;
    }
}

static void guess_service(const struct project_facts *facts, enum fact_evidence evidence, const char *use,
                          struct guess *ret)
{
    struct fact_place at = facts->evidence[evidence];
    if (at.file.at != NULL)
        guess_because(ret, text_of(use), true, at, at.line > 0 ? "" : "dependencies");
}

static enum guess_trouble trouble_of(const struct project_facts *facts, const struct project_guess *guess)
{
    bool sms = false;
    for (size_t i = 0; i < facts->env_count; i++)
        sms = sms || facts->envs[i].role == TWILIO_NUMBER;
    if (guess->whatsapp && sms)
        return TROUBLE_FALLBACK;
    return facts->evidence[EVIDENCE_RETRY].file.at != NULL ? TROUBLE_RETRY : TROUBLE_HONEST;
}

void project_guess(struct project_facts *facts, const char *folder_name, struct project_guess *ret)
{
    *ret = (struct project_guess){0};
    if (facts->name.at != NULL)
        guess_because(&ret->name, guess_literal(facts, facts->name), true, facts->name_at, "name");
    else
        guess_because(&ret->name, guess_literal(facts, text_of(folder_name)), true, (struct fact_place){0},
                      "the folder's name");
    guess_start(facts, ret);
    guess_parts(facts, &ret->parts);
    guess_ready(facts, ret);
    guess_service(facts, EVIDENCE_REDIS, "redis", &ret->redis);
    guess_service(facts, EVIDENCE_POSTGRES, "postgres", &ret->postgres);
    guess_service(facts, EVIDENCE_VERIFY, "verify", &ret->verify);
    ret->whatsapp = facts->evidence[EVIDENCE_WHATSAPP].file.at != NULL;
    for (size_t i = 0; i < facts->env_count; i++)
        ret->whatsapp = ret->whatsapp || facts->envs[i].role == TWILIO_WHATSAPP;
    guess_envs(facts, ret);
    guess_routes(facts, ret);
    ret->trouble = trouble_of(facts, ret);
}
