/* The variables that the backend reads, and what a profile gives them. */
#include <stdio.h>

#include "fact_parts.h"
#include "project_frameworks.h"
#include "project_guess.h"

#define BASE    "http://127.0.0.1:${port.backend}"
#define MADE_UP "made-up-for-tests-0123456789abcdef"

enum store { NO_STORE, STORE_REDIS, STORE_POSTGRES };

/* By the end of a name; the first row that fits counts. NULL: a service, or the harness, sets it. What comes
 * from a store is only mentioned where the profile has none. */
static const struct {
    const char *ends, *value;
    bool sure;
    enum store store;
} others[] = {
    {"REDIS_URL", NULL, true, STORE_REDIS},
    {"REDIS_HOST", "127.0.0.1", true, STORE_REDIS},
    {"REDIS_PORT", "$port.redis", true, STORE_REDIS},
    {"DATABASE_URL", NULL, true, STORE_POSTGRES},
    {"PGHOST", NULL, true, STORE_POSTGRES},
    {"PGPORT", NULL, true, STORE_POSTGRES},
    {"PGUSER", NULL, true, STORE_POSTGRES},
    {"PGDATABASE", NULL, true, STORE_POSTGRES},
    {"POSTGRES_HOST", "127.0.0.1", true, STORE_POSTGRES},
    {"POSTGRES_PORT", "$port.postgres", true, STORE_POSTGRES},
    {"HTTP_PORT", "$port.backend", false, NO_STORE},
    {"SERVER_PORT", "$port.backend", false, NO_STORE},
    {"APP_PORT", "$port.backend", false, NO_STORE},
    {"API_PORT", "$port.backend", false, NO_STORE},
    {"NODE_ENV", NULL, true, NO_STORE},
    {"PATH", NULL, true, NO_STORE},
    {"HOME", NULL, true, NO_STORE},
    {"JWT_SECRET", MADE_UP, false, NO_STORE},
    {"SESSION_SECRET", MADE_UP, false, NO_STORE},
    {"SECRET_KEY", MADE_UP, false, NO_STORE},
    {"_SECRET", MADE_UP, false, NO_STORE},
    {"SECRET", MADE_UP, false, NO_STORE},
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

static bool has_store(const struct project_guess *guess, enum store store)
{
    return store == NO_STORE ||
           (store == STORE_REDIS ? guess->redis.value.at : guess->postgres.value.at) != NULL;
}

static void add_other(struct project_guess *guess, const struct fact_env *fact)
{
    bool mention = fact->example;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!text_ends(fact->name, others[i].ends))
            continue;
        mention = true;
        if (!has_store(guess, others[i].store))
            break;
        struct guess_env *env = others[i].value == NULL ? NULL : add(guess, fact->name);
        if (env != NULL)
            guess_because(&env->value, text_of(others[i].value), others[i].sure, fact->at, "");
        return;
    }
    struct guess_env *env = mention ? add(guess, fact->name) : NULL;
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
