/* Takes the scene's watchers off, puts those of a person in their place, and waits for orders. How the clock
 * is moved stands in hold_clock.c. */
#include "hold.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "dialer.h"
#include "hold_clock.h"
#include "http_connect.h"
#include "json.h"
#include "line_reader.h"
#include "mem.h"
#include "report_file.h"
#include "rig_clock.h"

enum { LAST_WORDS_BYTES = 64 * 1024, READ_BYTES = 4096 };

struct hold {
    struct scene *scene;
    struct rig *rig;
    const struct hold_plan *plan;
    struct drive_events watch;
    pthread_mutex_t mutex; /* lines_fd: a line at a time */
    struct line_reader orders;
    int backend_ended; /* eventfd */
    bool let_go, go_on;
};

/* ---- telling */

/* Stolen. */
static void tell(struct hold *hold, json_t *line)
{
    char *words = json_write(line);
    struct text_buf out;
    text_buf_init(&out, strlen(words) + 2);
    text_putf(&out, "%s\n", words);
    pthread_mutex_lock(&hold->mutex);
    report_write(hold->plan->lines_fd, text_buf_view(&out));
    pthread_mutex_unlock(&hold->mutex);
    text_buf_release(&out);
    mem_free(words);
    json_decref(line);
}

static void line_came(void *context, const struct drive_line *line)
{
    if (strcmp(line->process, STAGE_SIMULATOR) == 0 && line->stream == DRIVE_STDOUT)
        return;
    json_t *note = json_pack("{s:s, s:s}", "note", "log", "process", line->process);
    json_set(note, "text", json_of_text(line->text));
    tell(context, note);
}

static void process_ended(void *context, const struct drive_exit *end)
{
    struct hold *hold = context;
    char words[200];
    if (end->requested)
        return;
    if (strcmp(end->process, STAGE_BACKEND) == 0) { /* its last lines are asked for, not here */
        eventfd_write(hold->backend_ended, 1);
        return;
    }
    snprintf(words, sizeof words, "%s ended with %s %d; the rest stays as it is", end->process,
             end->signal != 0 ? "signal" : "status", end->signal != 0 ? end->signal : end->status);
    tell(hold, json_pack("{s:s, s:s}", "note", "ended", "text", words));
}

static void connection_refused(void *context, const struct drive_refusal *refusal)
{
    json_t *note = json_pack("{s:s, s:s, s:s}", "note", "refused", "target", refusal->target, "protocol",
                             refusal->protocol);
    if (refusal->port != 0)
        json_set(note, "port", json_integer(refusal->port));
    tell(context, note);
}

static void event_came(void *context, const json_t *event)
{
    tell(context, json_copy((json_t *)(uintptr_t)event));
}

/* With its last lines. */
static void backend_end_tell(struct hold *hold)
{
    struct text_buf words;
    struct text said, first;
    eventfd_t ignored;
    eventfd_read(hold->backend_ended, &ignored);
    text_buf_init(&words, LAST_WORDS_BYTES);
    if (!stage_backend_is_well(hold->rig->stage, &words)) {
        said = text_buf_view(&words);
        first = text_first(said, text_find(said, '\n'));
        struct text scenario = TEXT(" while the scenario ran"); /* there is none */
        if (text_ends(first, scenario.at))
            first = text_first(first, first.len - scenario.len);
        char *line = text_copy(first), *lines = text_copy(text_from(said, text_find(said, '\n')));
        struct text_buf all;
        text_buf_init(&all, 2 * LAST_WORDS_BYTES);
        text_putf(&all, "%s; the rest stays as it is. Start it again: otp-harness restart. It wrote last:%s",
                  line, lines);
        tell(hold, json_pack("{s:s, s:o}", "note", "ended", "text", json_of_text(text_buf_view(&all))));
        text_buf_release(&all);
        mem_free(line);
        mem_free(lines);
    }
    text_buf_release(&words);
}

/* ---- hello */

static json_t *people_list(const struct scene *scene)
{
    const struct people *people = &scene->job->scenario->people;
    json_t *list = json_object();
    for (size_t i = 0; i < people->count; i++) {
        struct actor *actor = cast_find(scene->world.cast, people->items[i].name);
        char *name = text_copy(people->items[i].name);
        json_set(list, name, json_string(actor == NULL ? "" : actor_number(actor)));
        mem_free(name);
    }
    return list;
}

static void port_put(json_t *hello, const char *key, const char *url)
{
    struct http_place place;
    struct fail ignored = {0};
    int64_t port = 0;
    if (url != NULL && http_place_read(url, &place, &ignored))
        text_to_int(text_of(place.port), 1, 65535, &port);
    json_set(hello, key, json_integer(port));
}

json_t *hold_hello(const struct scene *scene)
{
    struct rig *rig = scene->rig;
    json_t *hello = hold_clock_facts(rig);
    json_set(hello, "backend", json_of_text(rig->plan.profile->backend.written));
    json_set(hello, "scheme", json_string(text_starts(text_of(rig->base_url), "https:") ? "https" : "http"));
    port_put(hello, "backend_port", rig->base_url);
    port_put(hello, "inbox_port", simulator_address(rig->simulator));
    json_set(hello, "sealed", json_boolean(sandbox_fixed_ports(rig->plan.sandbox)));
    json_set(hello, "runs", json_boolean(stage_backend_runs(rig->stage)));
    json_set(hello, "people", people_list(scene));
    return hello;
}

/* ---- orders */

static json_t *restart(struct hold *hold)
{
    struct fail why = {0};
    struct rig *rig = hold->rig;
    bool stood = rig->clock != NULL && !clock_page_runs(timekeeper_page(rig->clock));
    if (stood) /* what starts waits for time to pass */
        timekeeper_run(rig->clock);
    stage_stop_backend(rig->stage);
    bool fresh = false,
         fine = workspace_refresh(rig->workspace, &fresh, &why) && stage_start_backend(rig->stage, &why);
    if (stood)
        timekeeper_stand(rig->clock, 1);
    return fine ? json_pack("{s:b}", "fresh", fresh) : json_pack("{s:s}", "error", why.text);
}

static json_t *order_carry_out(struct hold *hold, const json_t *order)
{
    if (json_object_get(order, "restart") != NULL)
        return restart(hold);
    if (json_object_get(order, "clock") != NULL)
        return hold_clock_move(hold->rig, order, hold->plan->orders_fd);
    return json_pack("{s:s}", "error", "there is no such order");
}

static void order_came(void *context, struct text line, bool continued)
{
    struct hold *hold = context;
    struct fail why = {0};
    json_t *call = NULL;
    (void)continued;
    if (hold->let_go || !json_read(line, "an order", &call, &why))
        return;
    hold->go_on = hold->let_go = json_is_true(json_object_get(call, "go-on"));
    if (!hold->let_go)
        tell(hold, json_pack("{s:O, s:o}", "id", json_object_get(call, "id"), "reply",
                             order_carry_out(hold, json_object_get(call, "order"))));
    json_decref(call);
}

static void orders_read(struct hold *hold)
{
    char bytes[READ_BYTES];
    ssize_t got = read(hold->plan->orders_fd, bytes, sizeof bytes);
    if (got > 0)
        line_reader_feed(&hold->orders, text_span(bytes, (size_t)got));
    else if (got == 0 || errno != EINTR)
        hold->let_go = true;
}

static void wait_for_orders(struct hold *hold)
{
    struct pollfd waits[] = {{.fd = hold->plan->orders_fd, .events = POLLIN},
                             {.fd = hold->backend_ended, .events = POLLIN}};
    while (!hold->let_go && (poll(waits, 2, -1) >= 0 || errno == EINTR)) {
        if (waits[1].revents != 0)
            backend_end_tell(hold);
        if (waits[0].revents != 0)
            orders_read(hold);
    }
}

/* ---- the scene's watchers, and a person's */

static struct event_pump *pump_open(struct hold *hold, struct event_pump_options *options)
{
    struct fail why = {0};
    struct event_pump *pump = NULL;
    options->address = simulator_address(hold->rig->simulator);
    options->code = hold->rig->code;
    if (simulator_last_event(hold->rig->simulator, &options->after, &why))
        pump = event_pump_new(options, &why);
    if (pump == NULL)
        tell(hold, json_pack("{s:s, s:s}", "note", "ended", "text", why.text));
    return pump;
}

static struct event_pump *take_over(struct hold *hold)
{
    struct world *world = &hold->scene->world;
    struct event_pump_options options = {.take = event_came, .context = hold};
    narrator_tell(hold->rig->plan.narrator, NULL, 0);
    narrator_watch(hold->rig->plan.narrator, &hold->watch);
    event_pump_free(world->pump);
    world->pump = NULL;
    struct event_pump *pump = pump_open(hold, &options);
    if (hold->rig->clock != NULL) {
        timekeeper_set_patience(hold->rig->clock, CLOCK_NEVER);
        timekeeper_run(hold->rig->clock);
    }
    return pump;
}

/* The pump is stolen. The time limit has stood still. */
static void give_back(struct hold *hold, struct event_pump *pump, int64_t since_real_us)
{
    struct world *world = &hold->scene->world;
    struct event_pump_options options = {.history = world->history};
    event_pump_free(pump);
    narrator_watch(hold->rig->plan.narrator, NULL);
    world->until_real_us += clock_real_mono_us() - since_real_us;
    if (hold->rig->clock != NULL) {
        timekeeper_stand(hold->rig->clock, STAGE_ROUND_NS);
        timekeeper_set_patience(hold->rig->clock, world->until_real_us);
    }
    world->pump = pump_open(hold, &options);
    narrator_tell(hold->rig->plan.narrator, world->history, world->started_mono_ms);
}

bool hold_scene(struct scene *scene, const struct hold_plan *plan)
{
    struct hold hold = {.scene = scene, .rig = scene->rig, .plan = plan};
    int64_t since_real_us = clock_real_mono_us();
    hold.watch = (struct drive_events){&hold, line_came, process_ended, connection_refused};
    hold.backend_ended = eventfd(0, EFD_CLOEXEC);
    REQUIRE(hold.backend_ended >= 0);
    pthread_mutex_init(&hold.mutex, NULL);
    line_reader_init(&hold.orders, HOLD_ORDER_MAX_BYTES, order_came, &hold);
    struct dialer *dialer = plan->channel < 0 ? NULL : dialer_new(plan->channel);
    struct event_pump *pump = take_over(&hold);
    wait_for_orders(&hold);
    dialer_free(dialer);
    give_back(&hold, pump, since_real_us);
    line_reader_release(&hold.orders);
    pthread_mutex_destroy(&hold.mutex);
    close(hold.backend_ended);
    return hold.go_on;
}
