/* From options to settings: what the table of options cannot check by itself. */
#include "settings.h"

#include "clock.h"

static bool list_read(const struct options *options, const char *name, struct settings_list *ret,
                      struct fail *why)
{
    ret->count = options_count(options, name);
    if (ret->count > SETTINGS_LIST_MAX)
        return fail_set(why, "--%s: more than %d", name, SETTINGS_LIST_MAX);
    for (size_t i = 0; i < ret->count; i++)
        ret->items[i] = options_item(options, name, i);
    return true;
}

static bool paths_read(const struct options *options, struct settings_list *ret, struct fail *why)
{
    ret->count = options_argument_count(options);
    if (ret->count > SETTINGS_LIST_MAX)
        return fail_set(why, "more than %d paths", SETTINGS_LIST_MAX);
    for (size_t i = 0; i < ret->count; i++)
        ret->items[i] = options_argument(options, i);
    if (ret->count == 0)
        ret->items[ret->count++] = "scenarios";
    return true;
}

/* file, random or random:SEED */
static bool order_read(struct text order, struct settings *ret, struct fail *why)
{
    int64_t seed = clock_wall_ms() & 0xffffff;
    ret->shuffle = !text_is(order, "file");
    bool fine = !ret->shuffle || text_is(order, "random");
    if (text_starts(order, "random:"))
        fine = text_to_int(text_from(order, sizeof "random:" - 1), 0, INT64_MAX, &seed);
    ret->seed = (uint64_t)seed;
    return fine || fail_set(why, "--order: '%.*s' is not one of file, random, random:SEED", TEXT_ARGS(order));
}

static enum settings_real_time real_time_read(struct text word)
{
    return text_is(word, "skip") ? REAL_TIME_SKIP : text_is(word, "fail") ? REAL_TIME_FAIL : REAL_TIME_WAIT;
}

static bool env_check(const struct settings *settings, struct fail *why)
{
    for (size_t i = 0; i < settings->env.count; i++) {
        struct text pair = text_of(settings->env.items[i]);
        size_t name = text_find(pair, '=');
        if (name == 0 || name == pair.len)
            return fail_set(why, "--env: '%.*s' is not NAME=VALUE", TEXT_ARGS(pair));
    }
    return true;
}

/* What every command that starts a stack is told. */
static bool stack_read(const struct options *options, struct settings *ret, struct fail *why)
{
    ret->backend = options_text(options, "backend");
    ret->output = options_text(options, "output");
    ret->sandbox = options_text(options, "sandbox");
    ret->clock = options_text(options, "clock");
    ret->time_limit_ms = options_duration_ms(options, "time-limit");
    ret->require_sealed = options_flag(options, "require-sealed");
    ret->keep_workspace = options_flag(options, "keep-workspace");
    return list_read(options, "env", &ret->env, why) && env_check(ret, why);
}

bool settings_read(const struct options *options, struct settings *ret, struct fail *why)
{
    *ret = (struct settings){0};
    ret->real_time = real_time_read(text_of(options_text(options, "real-time")));
    ret->url = options_text(options, "url");
    ret->sim = options_text(options, "sim");
    ret->workers = (int)options_int(options, "jobs");
    ret->pause_on_failure = options_flag(options, "pause-on-failure");
    ret->fail_fast = options_flag(options, "fail-fast");
    ret->times = options_flag(options, "times");
    if ((ret->url == NULL) != (ret->sim == NULL))
        return fail_set(
            why, "--url and --sim belong together: where the backend listens, and where its simulator does");
    if (ret->pause_on_failure && ret->url != NULL)
        return fail_set(why, "--pause-on-failure holds a stack that otp-harness has started: not with --url");
    return stack_read(options, ret, why) && paths_read(options, &ret->paths, why) &&
           list_read(options, "tag", &ret->tags, why) && list_read(options, "report", &ret->reports, why) &&
           order_read(text_of(options_text(options, "order")), ret, why);
}

/* The profile is looked for where scenarios are by default. */
static bool up_path_read(const struct options *options, struct settings *ret, struct fail *why)
{
    size_t count = options_argument_count(options);
    bool none = count == 0 || text_is(text_of(options_argument(options, 0)), "none");
    if (count > 1)
        return fail_set(why, "up takes one scenario, and '%s' is another", options_argument(options, 1));
    ret->paths.items[0] = none ? "scenarios" : options_argument(options, 0);
    ret->paths.count = none ? 0 : 1;
    return true;
}

bool settings_read_up(const struct options *options, struct settings *ret, struct fail *why)
{
    *ret = (struct settings){.workers = 1, .name = options_text(options, "name")};
    ret->port = (int)options_int(options, "port");
    ret->inbox_port = (int)options_int(options, "inbox-port");
    return stack_read(options, ret, why) && up_path_read(options, ret, why);
}
