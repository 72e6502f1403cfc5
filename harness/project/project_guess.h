/* project_guess: what the facts suggest: how the backend starts, what it needs, which routes send and check a
 * code. Each guess has its reason, and says whether somebody should look at it. Pure.
 *
 *     struct project_guess guess;
 *     project_guess(facts, "shop", &guess);          // texts are borrowed from the facts
 */
#ifndef PROJECT_GUESS_H
#define PROJECT_GUESS_H

#include "project_facts.h"

enum { GUESS_WHY_BYTES = 200, GUESS_ENVS_MAX = 64 };

/* What stands where nothing could be guessed: lint points to it. */
#define GUESS_PLACEHOLDER "FILL-ME-IN"

struct guess {
    struct text value; /* .at == NULL: nothing could be guessed */
    bool sure;
    char why[GUESS_WHY_BYTES];
};

struct guess_env {
    struct text name;
    struct guess value; /* .value.at == NULL: only to be mentioned */
};

struct guess_route {
    struct guess path;
    struct text method;
    struct guess params[PARAM_KINDS]; /* its names for them; .value.at == NULL: it takes none */
    bool form;
};

enum guess_trouble { TROUBLE_FALLBACK, TROUBLE_RETRY, TROUBLE_HONEST };

struct project_guess {
    struct guess name, run, build, ready;
    bool run_words; /* run is words, not for a shell */
    struct guess redis, postgres;
    struct guess_env envs[GUESS_ENVS_MAX];
    size_t env_count;
    struct guess_route send, check;
    bool whatsapp;
    enum guess_trouble trouble; /* what the second scenario is about */
    struct guess verify;        /* it uses Twilio Verify */
    /* There are several projects; the folders of those that look like a backend, with commas, "" for none. */
    struct guess parts;
};

void project_guess(struct project_facts *facts, const char *folder_name, struct project_guess *ret);

/* A text of somebody else's as a profile's value: each dollar doubled, so that it is no variable. */
struct text guess_literal(struct project_facts *facts, struct text foreign);

/* Parts of it (inside this layer only). */
void guess_because(struct guess *guess, struct text value, bool sure, struct fact_place at, const char *what);
void guess_start(struct project_facts *facts, struct project_guess *guess);
void guess_envs(struct project_facts *facts, struct project_guess *guess);
void guess_routes(struct project_facts *facts, struct project_guess *guess);
/* The whole path of a route, with the prefixes under which it is served. */
struct text guess_route_path(struct project_facts *facts, const struct fact_route *route);

#endif
