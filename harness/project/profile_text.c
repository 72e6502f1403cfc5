/* Writing the profile. Values come from foreign files, so each is quoted unless it is harmless as it stands,
 * and comments hold no control characters. */
#include "profile_text.h"

#include <stdio.h>

#include "utf8.h"

enum { COMMENT_COLUMN = 50, LINE_ROOM = 2000 };

static bool harmless(struct text value)
{
    static const char also[] = "_-./$:";
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (i == 0 || c == '\0' || strchr(also, c) == NULL) &&
            !(i == 0 && (c == '/' || c == '$')))
            return false;
    }
    return value.len > 0;
}

/* Neither a control character nor one that YAML forbids or could take for the end of a line. */
static bool allowed(uint32_t c)
{
    return c >= 0x20 && !(c >= 0x7F && c <= 0x9F) && c != 0x2028 && c != 0x2029 && c != 0xFEFF &&
           c != UTF8_REPLACEMENT && c < 0xFFFE;
}

static void put_character(struct text_buf *out, uint32_t c)
{
    utf8_put(out, allowed(c) ? c : '?');
}

static void put_clean(struct text_buf *out, struct text value)
{
    while (value.len > 0)
        put_character(out, utf8_next(&value));
}

static void put_value(struct text_buf *out, struct text value)
{
    if (harmless(value)) {
        text_put(out, value);
        return;
    }
    text_put_char(out, '\'');
    while (value.len > 0) {
        uint32_t c = utf8_next(&value);
        put_character(out, c);
        if (c == '\'')
            put_character(out, c);
    }
    text_put_char(out, '\'');
}

/* The line so far in `line`, then its reason. */
static void put_line(struct text_buf *out, struct text_buf *line, const struct guess *guess)
{
    text_put(out, text_buf_view(line));
    for (size_t i = line->len; i < COMMENT_COLUMN - 1; i++)
        text_put_char(out, ' ');
    text_put_z(out, " # ");
    text_put_z(out, guess->value.at == NULL ? "" : guess->sure ? "guessed: " : "CHECK, guessed: ");
    put_clean(out, text_of(guess->why));
    text_put_z(out, "\n");
    text_buf_clear(line);
}

static void put_pair(struct text_buf *out, const char *key, const struct guess *guess,
                     const char *placeholder)
{
    struct text_buf line;
    text_buf_init(&line, LINE_ROOM);
    text_putf(&line, "%s: ", key);
    put_value(&line, guess->value.at == NULL ? text_of(placeholder) : guess->value);
    put_line(out, &line, guess);
    text_buf_release(&line);
}

static void put_run(struct text_buf *out, const struct project_guess *guess)
{
    struct text_buf line;
    struct text rest = guess->run.value, word;
    if (rest.at == NULL || !guess->run_words) {
        struct guess run = guess->run;
        if (rest.at == NULL)
            snprintf(run.why, sizeof run.why, "no file says how the backend starts: write the command");
        put_pair(out, "run", &run, GUESS_PLACEHOLDER);
        return;
    }
    text_buf_init(&line, LINE_ROOM);
    text_put_z(&line, "run: [");
    for (bool first = true; text_split(&rest, ' ', &word);) {
        if (word.len == 0)
            continue;
        text_put_z(&line, first ? "" : ", ");
        put_value(&line, word);
        first = false;
    }
    text_put_z(&line, "]");
    put_line(out, &line, &guess->run);
    text_buf_release(&line);
}

static void put_build(struct text_buf *out, const struct project_guess *guess)
{
    struct text_buf line;
    if (guess->build.value.at == NULL)
        return;
    text_buf_init(&line, LINE_ROOM);
    text_put_z(&line, "build: [");
    put_value(&line, guess->build.value);
    text_put_z(&line, "]");
    put_line(out, &line, &guess->build);
    text_buf_release(&line);
}

static void put_services(struct text_buf *out, const struct project_guess *guess)
{
    static const char redis_sets[] = "  # sets REDIS_URL\n",
                      postgres_sets[] = "  # sets DATABASE_URL and PG*\n";
    const struct {
        const struct guess *guess;
        const char *name, *sets;
    } rows[] = {{&guess->redis, "redis", redis_sets}, {&guess->postgres, "postgres", postgres_sets}};
    struct text_buf line;
    if (guess->redis.value.at == NULL && guess->postgres.value.at == NULL)
        return;
    text_buf_init(&line, LINE_ROOM);
    text_put_z(out, "services:\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].guess->value.at == NULL)
            continue;
        text_put_z(out, rows[i].sets);
        text_putf(&line, "  %s: { use: %s }", rows[i].name, rows[i].name);
        put_line(out, &line, rows[i].guess);
    }
    text_buf_release(&line);
}

static void put_env(struct text_buf *out, const struct guess_env *env)
{
    struct text_buf line;
    text_buf_init(&line, LINE_ROOM);
    if (env->value.value.at == NULL) {
        text_put_z(&line, "  # ");
        put_clean(&line, env->name);
        text_putf(&line, ":    CHECK whether it is needed here");
    } else {
        text_put_z(&line, "  ");
        put_clean(&line, env->name);
        text_put_z(&line, ": ");
        put_value(&line, env->value.value);
    }
    put_line(out, &line, &env->value);
    text_buf_release(&line);
}

static void put_ready(struct text_buf *out, const struct project_guess *guess)
{
    struct text_buf line;
    struct guess port = {.value = TEXT("$port.backend"), .sure = true};
    const struct guess *reason = &guess->ready;
    text_buf_init(&line, LINE_ROOM);
    if (guess->ready.value.at != NULL) {
        text_put_z(&line, "ready: { http: ");
        put_value(&line, guess->ready.value);
        text_put_z(&line, ", within: 60s }");
    } else {
        for (size_t i = 0; i < guess->env_count; i++)
            if (text_is(guess->envs[i].name, "PORT"))
                port.value = guess->envs[i].value.value;
        text_put_z(&line, "ready: { port: ");
        text_put(&line, port.value);
        text_put_z(&line, ", within: 60s }");
        snprintf(port.why, sizeof port.why, "no route looks like /health");
        reason = &port;
    }
    put_line(out, &line, reason);
    text_buf_release(&line);
}

static const char *const variables[PARAM_KINDS] = {[PARAM_PHONE] = "$phone",
                                                   [PARAM_CODE] = "$code",
                                                   [PARAM_CHANNEL] = "$channel",
                                                   [PARAM_PURPOSE] = "$purpose"};

static void put_body(struct text_buf *out, const struct guess_route *route)
{
    struct text_buf line;
    struct guess reason = {.value = TEXT("x"), .sure = true};
    text_buf_init(&line, LINE_ROOM);
    text_putf(&line, "    %s: { ", route->form ? "form" : "json");
    for (int kind = 0, first = 1; kind < PARAM_KINDS; kind++) {
        const struct guess *param = &route->params[kind];
        if (param->value.at == NULL || kind == PARAM_PURPOSE)
            continue;
        text_put_z(&line, first ? "" : ", ");
        put_value(&line, param->value);
        text_putf(&line, ": %s", variables[kind]);
        size_t len = strlen(reason.why);
        if (!text_contains(text_of(reason.why), text_of(param->why)))
            snprintf(reason.why + len, sizeof reason.why - len, "%s%s", len > 0 ? ", " : "", param->why);
        reason.sure = reason.sure && param->sure;
        first = 0;
    }
    text_put_z(&line, " }");
    put_line(out, &line, &reason);
    text_buf_release(&line);
}

static void put_action(struct text_buf *out, const char *name, const struct guess_route *route, bool whatsapp)
{
    text_putf(out, "  %s:\n    method: %.*s\n", name, TEXT_ARGS(route->method));
    put_pair(out, "    path", &route->path, "/" GUESS_PLACEHOLDER);
    put_body(out, route);
    if (route->params[PARAM_CHANNEL].value.at != NULL)
        text_putf(out, "    defaults: { channel: %s }         # CHECK the words that it takes\n",
                  whatsapp ? "whatsapp" : "sms");
    if (route->params[PARAM_PURPOSE].value.at != NULL) {
        text_put_z(out, "    # CHECK: it reads `");
        put_clean(out, route->params[PARAM_PURPOSE].value);
        text_put_z(out, "` too (");
        put_clean(out, text_of(route->params[PARAM_PURPOSE].why));
        text_put_z(out, "); if it is required, put it into the body\n");
    }
}

static const char head[] =
    "# Written by otp-harness init: how this project's backend starts and what its routes are called.\n"
    "# `guessed` names the file that a line comes from. CHECK: look at it. " GUESS_PLACEHOLDER
    ": nothing could be guessed,\n"
    "# `otp-harness lint` points to it. Everything here is yours to change; init never overwrites it "
    "unasked.\n";

static const char tail[] =
    "\n# What answers mean; scenarios say `expect: wrong-code`.\n"
    "answers:\n"
    "  sent: { status: 2xx }\n"
    "  wrong-code: { status: 4xx }                     # CHECK: does it answer 400, 401, 422 to a wrong "
    "code?\n"
    "\n"
    "code: '/\\b(\\d{4,8})\\b/'                          # how a code looks in a message; CHECK its length\n"
    "\n"
    "# What the backend promises. What is not written is not judged; take the lines that hold.\n"
    "# policy:\n"
    "#   code: { length: 6, lifetime: 10m, guesses: 5, resend: new }\n"
    "#   sends: { limit: 3, per: 1h }\n"
    "#   retry: { tries: 3, gaps: [2s, 4s], permanent: [20003, 21211, 21408, 21608, 21610, 21614] }\n"
    "#   channels: [whatsapp, sms]\n";

static void put_cwd(struct text_buf *out, const char *cwd)
{
    struct text_buf value;
    text_buf_init(&value, LINE_ROOM * 4);
    for (; *cwd != '\0'; cwd++) {
        text_put_char(&value, *cwd);
        if (*cwd == '$') /* no variable */
            text_put_char(&value, '$');
    }
    text_put_z(out, "cwd: ");
    put_value(out, text_buf_view(&value));
    text_put_z(out, "    # this project's folder, seen from here; the backend gets a private copy of it\n");
    text_buf_release(&value);
}

static void put_parts(struct text_buf *out, const struct guess *parts)
{
    if (parts->value.at == NULL)
        return;
    text_put_z(out, "# CHECK: there are several projects here (");
    put_clean(out, text_of(parts->why));
    if (parts->value.len == 0) {
        text_put_z(out, "), and none looks like a backend.\n");
        return;
    }
    text_put_z(out, "). Like a backend look: ");
    put_clean(out, parts->value);
    text_put_z(out,
               "\n# This profile is for the whole folder; for one alone, if its packages are installed in "
               "it: otp-harness init FOLDER\n");
}

void profile_text(const struct project_guess *guess, const char *cwd, struct text_buf *out)
{
    text_put_z(out, head);
    put_parts(out, &guess->parts);
    if (guess->verify.value.at != NULL)
        text_putf(
            out, "# CHECK: %s uses Twilio Verify, which the simulator does not have: it answers 404 there.\n",
            guess->verify.why);
    put_pair(out, "backend", &guess->name, "backend");
    put_cwd(out, cwd);
    put_build(out, guess);
    put_services(out, guess);
    put_run(out, guess);
    text_put_z(out, "env:\n");
    for (size_t i = 0; i < guess->env_count; i++)
        put_env(out, &guess->envs[i]);
    put_ready(out, guess);
    text_put_z(out, "\nactions:\n");
    put_action(out, "send-code", &guess->send, guess->whatsapp);
    put_action(out, "check-code", &guess->check, guess->whatsapp);
    text_put_z(out, tail);
}
