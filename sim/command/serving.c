/* Hosts and paths decide who answers; the control API and the inbox are asked on no provider's host. */
#include "serving.h"

#include <ctype.h>

#include "call.h"
#include "error_reply.h"
#include "inbox.h"
#include "keeping.h"

static bool is_provider_host(struct text host)
{
    return text_is(host, "twilio.com") || text_ends(host, ".twilio.com");
}

/* api.twilio.com, api.ie1.twilio.com, api.dublin.ie1.twilio.com */
static bool is_api_host(struct text host)
{
    return text_starts(host, "api.") && is_provider_host(host);
}

static const struct other_host *other_host_of(const struct server *server, struct text host)
{
    return other_host_find(server->settings.other_hosts, server->settings.other_host_count, host);
}

static bool tunnel_allowed(void *app, struct text host)
{
    return is_provider_host(host) || other_host_of(app, host) != NULL;
}

/* verify.twilio.com and the others are not simulated in this version: Twilio's own words for what is not
 * there. */
static void answer_other_product(const struct request *request, struct response *response)
{
    struct error_words words = {.path = request->path};
    error_reply(response, FORMAT_JSON, error_code(ERROR_NOT_FOUND), false, &words);
    response_header_literal(response, "Content-Type", "application/json");
}

/* Providers might have a path of that name. */
static bool is_providers_path(const struct request *request)
{
    return text_is(request->path, "/metrics") && is_provider_host(request->host);
}

static void dispatch(struct server *server, const struct request *request, struct response *response)
{
    const struct other_host *other = other_host_of(server, request->host);
    if (other != NULL)
        other_host_answer(server->sim, other, request, response);
    else if (control_handles(request->path) && !is_providers_path(request))
        control_answer(&server->control, request, response);
    else if (is_api_host(request->host) || text_starts(request->path, "/2010-04-01"))
        call_answer(server->sim, request, response);
    else if (is_provider_host(request->host))
        answer_other_product(request, response);
    else if (inbox_handles(request->path))
        inbox_answer(&server->control, request, response);
    else
        response_plain(response, 404,
                       "twilio-sim: nothing is at this address; Twilio's API begins with /2010-04-01, "
                       "the simulator's own with /sim/v1, and the inbox is at /");
}

static void answer(void *app, const struct request *request, struct response *response)
{
    struct server *server = app;
    if (server->archive == NULL) {
        dispatch(server, request, response);
        return;
    }
    if (!keeping_enter(server->archive, response))
        return;
    dispatch(server, request, response);
    keeping_leave(server->archive, server->sim, response);
}

enum { NAME_MAX_BYTES = 256 };

/* In lower case; what is too long for a host's name is cut. */
static struct text lower_name(struct text name, char room[NAME_MAX_BYTES])
{
    name = text_first(name, NAME_MAX_BYTES - 1);
    for (size_t i = 0; i < name.len; i++)
        room[i] = (char)tolower((unsigned char)name.at[i]);
    room[name.len] = '\0';
    return text_span(room, name.len);
}

/* Which provider has that host; one that is not known is taken for Twilio's, as with a request. */
static struct text provider_of_host(const struct server *server, struct text host)
{
    const struct other_host *other = other_host_of(server, host);
    return other == NULL ? TEXT("twilio") : text_of(other->name);
}

static struct connect_fault connecting(void *app, struct text client, struct text host)
{
    char room[NAME_MAX_BYTES];
    struct server *server = app;
    struct text name = lower_name(host, room);
    return call_connecting(server->sim, &(struct beginning){client, name, provider_of_host(server, name)});
}

int serving_resolve(void *app, struct text client, struct text host)
{
    char room[NAME_MAX_BYTES];
    struct server *server = app;
    struct text name = lower_name(host, room);
    bool simulated = is_provider_host(name) || other_host_of(server, name) != NULL;
    return simulated ? call_resolving(server->sim,
                                      &(struct beginning){client, name, provider_of_host(server, name)})
                     : 0;
}

/* A proxy looks names up for its clients. */
static bool tunnel_lost(void *app, struct text client, struct text host)
{
    struct server *server = app;
    sim_lock(server->sim);
    bool lost = serving_resolve(app, client, host) != 0;
    sim_unlock(server->sim);
    if (lost)
        sim_changed(server->sim);
    return lost;
}

static const char *end_name(enum http_end how)
{
    static const char *const names[] = {[HTTP_END_SENT] = "sent",
                                        [HTTP_END_RESET] = "reset",
                                        [HTTP_END_CLOSED] = "closed",
                                        [HTTP_END_CUT] = "cut",
                                        [HTTP_END_CLIENT_LEFT] = "client-left",
                                        [HTTP_END_STOPPED] = "stopped"};
    return names[how];
}

static void finished(void *app, const struct request *request, const struct response *response,
                     enum http_end how)
{
    (void)request;
    struct server *server = app;
    struct sim *sim = server->sim;
    const char *call = response_get_header(response, "Twilio-Request-Id");
    if (call == NULL)
        return;
    struct journal_stamp now = journal_now();
    sim_lock(sim);
    sim->in_flight--;
    journal_add(&sim->journal, JOURNAL_REPLY, now, 0, (struct text[]){text_of(call), text_of(end_name(how))},
                (int64_t[]){now.mono_ms});
    sim_unlock(sim);
    sim_changed(sim);
}

static void refused(void *app, struct text client, const char *what)
{
    struct server *server = app;
    sim_lock(server->sim);
    journal_add(&server->sim->journal, JOURNAL_UNREAD, journal_now(), 0,
                (struct text[]){client, text_of(what)}, (int64_t[]){JOURNAL_NULL});
    sim_unlock(server->sim);
    sim_changed(server->sim);
}

void serving_fill(struct http_config *config, struct server *server)
{
    config->app = server;
    config->handle = answer;
    config->tunnel_allowed = tunnel_allowed;
    config->connecting = connecting;
    config->tunnel_lost = tunnel_lost;
    config->finished = finished;
    config->refused = refused;
}
