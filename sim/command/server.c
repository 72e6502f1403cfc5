/* Wiring: who is told of changes, and in which order things begin and end. */
#include "server.h"

#include <sched.h>
#include <string.h>

#include "clock.h"
#include "clock_member.h"
#include "commands.h"
#include "keeping.h"
#include "mem.h"
#include "schedule.h"
#include "serving.h"
#include "setup_apply.h"

enum { SETUP_ERRORS_MAX_BYTES = 256 * 1024 };

static void adopted(void *context)
{
    struct server *server = context;
    server->identity.news = true;
}

static void changed(void *context)
{
    struct server *server = context;
    identity_announce(&server->identity, server->sim, server->people);
    server->poking++;
    if (!server->stopping && server->http != NULL)
        http_server_poke(server->http);
    void (*also)(void *context) = server->changed;
    if (also != NULL)
        also(server->changed_context);
    server->poking--;
}

static void clock_moved(void *context)
{
    struct server *server = context;
    virtual_time_warn(server->virtual_time, stderr);
    sim_changed(server->sim);
}

static void start_mover(struct server *server)
{
    struct clock_moves moves;
    if (server->virtual_time == NULL)
        return;
    server->clock_mover =
        clock_mover_new(virtual_time_moves(server->virtual_time, &moves), clock_moved, server);
    server->control.clock_mover = server->clock_mover;
}

/* With what to do about it. */
static bool cannot_listen(const struct fail *reason, struct fail *why)
{
    bool taken = text_ends(text_of(reason->text), "is taken by another program");
    return fail_set(
        why, "%s%s", reason->text,
        taken ? " (a twilio-sim that runs already?); --port names another one, --port 0 takes a free one"
              : "");
}

static bool start_http(const struct options *options, struct server *server, struct fail *why)
{
    struct http_config config = {.timers = server->timers,
                                 .authority = server->authority,
                                 .threads = (unsigned)options_int(options, "threads")};
    serving_fill(&config, server);
    server->http = http_server_new(&config, why);
    if (server->http == NULL)
        return false;
    for (size_t a = 0; a < options_count(options, "listen"); a++) {
        for (size_t p = 0; p < options_count(options, "port"); p++) {
            int64_t wanted = 0;
            int port = 0;
            struct fail reason = {0};
            text_to_int(text_of(options_item(options, "port", p)), 0, 65535, &wanted);
            if (!http_server_listen(server->http, options_item(options, "listen", a), (int)wanted, &port,
                                    &reason))
                return cannot_listen(&reason, why);
            if (server->port == 0)
                server->port = port;
        }
    }
    return true;
}

/* Before any thread waits: one that waits in real time already would stay there. */
static bool choose_clock(const struct options *options, struct server *server, struct fail *why)
{
    const char *page = options_text(options, "clock");
    struct fail reason = {0};
    if (!options_flag(options, "virtual-time"))
        return page == NULL || clock_join(page, &reason) || fail_set(why, "--clock: %s", reason.text);
    if (page != NULL)
        return fail_set(why,
                        "--virtual-time makes a clock, --clock (TWILIO_SIM_CLOCK) follows one: not both");
    server->virtual_time = virtual_time_new(why);
    server->misused = server->virtual_time != NULL;
    return server->virtual_time != NULL;
}

static void callback_begins(void *context)
{
    struct server *server = context;
    if (server->keeping)
        keeping_before_callback(server->archive, server->sim);
}

static void start_parts(struct server *server)
{
    server->timers = timers_new();
    server->settings.callbacks.beginning = callback_begins;
    server->settings.callbacks.beginning_context = server;
    server->callbacks = callback_sender_new(&server->settings.callbacks);
    server->schedule = schedule_new(server->sim, server->timers, server->callbacks);
    server->sim->schedule = server->schedule;
    server->sim->changed = changed;
    server->sim->adopted = adopted;
    server->sim->changed_context = server;
}

/* What was stored is in memory afterwards, and nothing is written yet. */
static bool open_store(const struct options *options, struct server *server, struct fail *why)
{
    const char *path = options_text(options, "store");
    if (path == NULL)
        return true;
    server->misused = false; /* unless the identity is another one, it is the file's fault */
    server->archive = archive_open(path, why);
    struct archive_config config = {server->sim, keeping_restore, server};
    if (server->archive == NULL || !archive_load(server->archive, &config, why))
        return false;
    sim_lock(server->sim); /* what was planned may happen already */
    server->restored_n = server->sim->journal.last_n;
    sim_unlock(server->sim);
    server->misused = true;
    return archive_is_new(server->archive) ||
           keeping_judge_identity(options, sim_account(server->sim), path, why);
}

/* What an option says of the account beats the setup file. */
static void fixed_keys(const struct options *options, const char *ret[6])
{
    static const struct {
        const char *option, *key;
    } rows[] = {{"account-plan", "plan"},
                {"account-status", "status"},
                {"home", "home"},
                {"countries", "countries"},
                {"balance", "balance"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (options_given(options, rows[i].option))
            *ret++ = rows[i].key;
    *ret = NULL;
}

static bool apply_setup(const struct options *options, struct server *server, struct fail *why)
{
    const char *path = options_text(options, "setup"), *fixed[6];
    struct text_buf errors;
    if (path == NULL)
        return true;
    struct problems *problems = problems_new();
    struct setup_file *setup = setup_file_read(path, problems);
    fixed_keys(options, fixed);
    bool fine = setup != NULL && setup_apply(server->sim, setup, fixed, problems);
    if (!fine) {
        text_buf_init(&errors, SETUP_ERRORS_MAX_BYTES);
        problems_write(problems, &errors);
        server->setup_errors = text_buf_take(&errors);
        fail_set(why, "--setup: %s is wrong", path);
    }
    setup_file_free(setup);
    problems_free(problems);
    return fine;
}

bool server_start(const struct options *options, struct server *server, struct fail *why)
{
    void (*also)(void *) = server->changed;
    void *context = server->changed_context;
    FILE *people = server->people;
    *server = (struct server){.people = people,
                              .changed = also,
                              .changed_context = context,
                              .listen = options_item(options, "listen", 0),
                              .misused = true};
    mem_expect_growth();
    mem_serve_jansson();
    if (!settings_read(options, &server->settings, why) || !choose_clock(options, server, why))
        return false;
    if (!identity_recall(options, &server->settings, &server->identity, why)) {
        server->forgot = true;
        return false;
    }
    server->sim = sim_new(&server->settings.sim, why);
    if (server->sim == NULL)
        return false;
    start_parts(server);
    if (!open_store(options, server, why) || !settings_furnish(options, server->sim, why))
        return false;
    server->misused = false;
    if (!apply_setup(options, server, why))
        return false;
    server->authority = authority_new(server->identity.ca_dir, server->settings.domains, why);
    if (server->authority == NULL || !identity_keep(&server->identity, server->sim, why))
        return false;
    server->control = (struct control){.sim = server->sim,
                                       .ca_pem = authority_ca_pem(server->authority),
                                       .hosts = server->settings.control_hosts,
                                       .token = server->settings.sim.control_token,
                                       .resolving = serving_resolve,
                                       .resolving_context = server};
    if (server->archive != NULL && !archive_start(server->archive, why))
        return false;
    server->keeping = server->archive != NULL;
    start_mover(server);
    return start_http(options, server, why);
}

void server_tell_nobody(struct server *server)
{
    server->changed = NULL;
    while (server->poking > 0)
        sched_yield(); /* who is being told right now takes microseconds */
}

void server_stop(struct server *server)
{
    clock_mover_stop(server->clock_mover); /* while the stack that it waits for is still served */
    server->stopping = true;
    while (server->poking > 0)
        sched_yield(); /* a poke under way takes microseconds; the transport must outlive it */
    http_server_free(server->http);
    clock_mover_free(server->clock_mover);
    timers_free(server->timers);
    callback_sender_free(server->callbacks);
    archive_close(server->archive);
    schedule_free(server->schedule);
    authority_free(server->authority);
    sim_free(server->sim);
    identity_release(&server->identity);
    settings_release(&server->settings);
    virtual_time_free(server->virtual_time);
    mem_free(server->setup_errors);
    clock_member_leave();
}

int server_explain(const struct server *server, const struct fail *why, FILE *out)
{
    if (server->setup_errors != NULL)
        fputs(server->setup_errors, out);
    fprintf(out, "twilio-sim: %s\n", why->text);
    if (server->setup_errors != NULL || server->forgot)
        return EXIT_SETUP;
    return server->misused ? EXIT_USAGE : EXIT_FAILED;
}

const char *server_host(const struct server *server)
{
    if (strcmp(server->listen, "0.0.0.0") == 0)
        return "127.0.0.1";
    return strcmp(server->listen, "::") == 0 ? "::1" : server->listen;
}

void server_address(const struct server *server, char out[64])
{
    const char *host = server_host(server);
    bool ipv6 = strchr(host, ':') != NULL;
    snprintf(out, 64, "http://%s%s%s:%d", ipv6 ? "[" : "", host, ipv6 ? "]" : "", server->port);
}

void server_print_ready(const struct server *server, FILE *out)
{
    char address[64];
    server_address(server, address);
    sim_lock(server->sim); /* requests are served already, and one may be a reset */
    const struct account *account = sim_account(server->sim);
    json_t *line = json_pack(
        "{s:s, s:s, s:s, s:s?, s:s, s:s}", "address", address, "ca", authority_ca_file(server->authority),
        "account_sid", account->sid, "auth_token", account->adopted ? NULL : account->token, "number",
        account->number_count > 0 ? account->numbers[0].e164 : "", "whatsapp", account->whatsapp);
    sim_unlock(server->sim);
    if (server->control.token != NULL)
        json_set(line, "control_token", json_string(server->control.token));
    if (server->virtual_time != NULL) {
        char *clock = virtual_time_party(server->virtual_time, "backend");
        json_set(line, "clock", clock == NULL ? json_null() : json_string(clock));
        mem_free(clock);
    }
    char *text = json_write(line);
    fprintf(out, "%s\n", text);
    fflush(out);
    mem_free(text);
    json_decref(line);
}
