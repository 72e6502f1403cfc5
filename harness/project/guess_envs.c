/* The variables that the backend reads, and what a profile gives them. */
#include <stdio.h>

#include "fact_parts.h"
#include "project_frameworks.h"
#include "project_guess.h"

#define BASE    "http://127.0.0.1:${port.backend}"
#define MADE_UP "made-up-for-tests-0123456789abcdef"

/* By the end of a name; the first row that fits counts. NULL: a service, or the harness, sets it. */
static const struct {
    const char *ends, *value;
    bool sure;
} others[] = {
    {"REDIS_URL", NULL, true},
    {"REDIS_HOST", "127.0.0.1", true},
    {"REDIS_PORT", "$port.redis", true},
    {"DATABASE_URL", NULL, true},
    {"PGHOST", NULL, true},
    {"PGPORT", NULL, true},
    {"PGUSER", NULL, true},
    {"PGDATABASE", NULL, true},
    {"POSTGRES_HOST", "127.0.0.1", true},
    {"POSTGRES_PORT", "$port.postgres", true},
    {"HTTP_PORT", "$port.backend", false},
    {"SERVER_PORT", "$port.backend", false},
    {"APP_PORT", "$port.backend", false},
    {"API_PORT", "$port.backend", false},
    {"NODE_ENV", NULL, true},
    {"PATH", NULL, true},
    {"HOME", NULL, true},
    {"JWT_SECRET", MADE_UP, false},
    {"SESSION_SECRET", MADE_UP, false},
    {"SECRET_KEY", MADE_UP, false},
    {"_SECRET", MADE_UP, false},
    {"SECRET", MADE_UP, false},
};

static struct guess_env *add(struct project_guess *guess, struct text name)
{
    if (guess->env_count == GUESS_ENVS_MAX)
        return NULL;
    struct guess_env *env = &guess->envs[guess->env_count++];
    env->name = name;
    return env;
}

static const struct fact_route *callback_route(const struct project_facts *facts)
{
    static const char *const words[] = {"status", "callback", "webhook"};
    for (size_t i = 0; i < facts->route_count; i++)
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
            if (text_is(facts->routes[i].method, "POST") &&
                text_contains(facts->routes[i].path, text_of(words[w])))
                return &facts->routes[i];
    return NULL;
}

static struct text role_value(struct project_facts *facts, enum twilio_role role)
{
    const struct fact_route *route = role == TWILIO_CALLBACK ? callback_route(facts) : NULL;
    char url[500];
    /* code that writes the prefix itself wants the bare number */
    if (role == TWILIO_WHATSAPP && facts->evidence[EVIDENCE_WHATSAPP].file.at != NULL)
        return TEXT("$twilio.whatsapp");
    if (role == TWILIO_CALLBACK && route == NULL)
        return TEXT_NONE;
    if (route == NULL)
        return text_of(twilio_role_value(role));
    snprintf(url, sizeof url, BASE "%.*s", TEXT_ARGS(guess_route_path(facts, route)));
    return fact_text(facts, text_of(url));
}

static void add_other(struct project_guess *guess, const struct fact_env *fact)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!text_ends(fact->name, others[i].ends))
            continue;
        struct guess_env *env = others[i].value == NULL ? NULL : add(guess, fact->name);
        if (env != NULL)
            guess_because(&env->value, text_of(others[i].value), others[i].sure, fact->at, "");
        return;
    }
    struct guess_env *env = fact->example ? add(guess, fact->name) : NULL;
    if (env != NULL)
        guess_because(&env->value, TEXT_NONE, false, fact->at, "");
}

static void add_env(struct project_facts *facts, struct project_guess *guess, const struct fact_env *fact)
{
    if (fact->role == TWILIO_NO_ROLE) {
        if (!text_is(fact->name, "PORT") && !text_starts(fact->name, "TWILIO_"))
            add_other(guess, fact);
        return;
    }
    struct guess_env *env = add(guess, fact->name);
    if (env != NULL)
        guess_because(&env->value, role_value(facts, fact->role), fact->role != TWILIO_WHATSAPP, fact->at,
                      "");
}

/* The harness knows by PORT where the backend listens. */
static void add_port(struct project_facts *facts, struct project_guess *guess)
{
    struct guess_env *env = add(guess, TEXT("PORT"));
    bool placed = guess->run.value.at != NULL && (text_contains(guess->run.value, TEXT("${port.backend}")) ||
                                                  text_contains(guess->run.value, TEXT("$$PORT")) ||
                                                  text_contains(guess->run.value, TEXT("$${PORT")));
    bool variable = facts->evidence[EVIDENCE_PORT_VARIABLE].file.at != NULL;
    char digits[16];
    if (variable)
        guess_because(&env->value, TEXT("$port.backend"), true, facts->evidence[EVIDENCE_PORT_VARIABLE], "");
    else if (placed)
        guess_because(&env->value, TEXT("$port.backend"), true, (struct fact_place){0}, "the port in `run`");
    else if (facts->port != 0) {
        snprintf(digits, sizeof digits, "%d", facts->port);
        guess_because(&env->value, fact_text(facts, text_of(digits)), true, facts->port_at, "");
    } else
        guess_because(&env->value, TEXT("$port.backend"), false, (struct fact_place){0},
                      "nothing says where it listens; PORT is usual");
}

/* Names that nothing mentions: what the official examples use. */
static void add_usual(struct project_guess *guess)
{
    static const struct {
        const char *name, *value;
    } usual[] = {{"TWILIO_ACCOUNT_SID", "$twilio.account_sid"},
                 {"TWILIO_AUTH_TOKEN", "$twilio.auth_token"},
                 {"TWILIO_PHONE_NUMBER", "$twilio.number"}};
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        struct guess_env *env = add(guess, text_of(usual[i].name));
        guess_because(&env->value, text_of(usual[i].value), false, (struct fact_place){0},
                      "no file names Twilio's variables; this name is usual");
    }
}

void guess_envs(struct project_facts *facts, struct project_guess *guess)
{
    bool twilio = false;
    add_port(facts, guess);
    for (size_t i = 0; i < facts->env_count; i++)
        twilio = twilio || facts->envs[i].role == TWILIO_ACCOUNT_SID;
    if (!twilio)
        add_usual(guess);
    for (int examples = 1; examples >= 0; examples--)
        for (size_t i = 0; i < facts->env_count; i++)
            if (facts->envs[i].example == (examples == 1))
                add_env(facts, guess, &facts->envs[i]);
}
