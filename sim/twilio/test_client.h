/* test_client: Twilio's API without a socket (tests only): a simulator with one account, and requests to it.
 *
 *     struct client client;
 *     client_start(&client, &(struct sim_settings){.seed = 7});
 *     assert_int_equal(ask(&client, "POST", "/Messages.json", "To=..."), 201);
 *     client_text(&client) ... client_json(&client, "sid")
 *     client_stop(&client);
 *
 * Paths that begin with '/' and no version are put behind the account's own. */
#ifndef TEST_CLIENT_H
#define TEST_CLIENT_H

#include "test_support.h"

#include <stdio.h>

#include "call.h"
#include "clock.h"
#include "digest.h"
#include "json.h"
#include "mem.h"

#define CLIENT_SID   "AC00000000000000000000000000000001"
#define CLIENT_TOKEN "0123456789abcdef0123456789abcdef"

struct client {
    struct sim *sim;
    struct timers *timers;
    struct callback_sender *sender;
    struct arena *arena;
    struct response response;
    bool answered;
    const char *user, *password;
    struct response_header extra; /* one more request header; .name NULL = none */
    json_t *json;
};

static inline void client_start(struct client *client, const struct sim_settings *settings)
{
    struct fail why = {0};
    struct sim_settings own = *settings;
    *client = (struct client){.user = CLIENT_SID, .password = CLIENT_TOKEN};
    if (own.account.sid.len == 0)
        own.account.sid = TEXT(CLIENT_SID);
    if (own.account.token.len == 0)
        own.account.token = TEXT(CLIENT_TOKEN);
    client->sim = sim_new(&own, &why);
    assert_non_null(client->sim);
    client->timers = timers_new();
    client->sender = callback_sender_new(&(struct callback_settings){0});
    client->sim->schedule = schedule_new(client->sim, client->timers, client->sender);
    client->arena = arena_new(REQUEST_ARENA_MAX_BYTES);
}

static inline void client_clear(struct client *client)
{
    if (client->answered)
        response_release(&client->response);
    client->answered = false;
    json_decref(client->json);
    client->json = NULL;
    arena_reset(client->arena);
}

static inline void client_stop(struct client *client)
{
    client_clear(client);
    timers_free(client->timers);
    callback_sender_free(client->sender);
    schedule_free(client->sim->schedule);
    sim_free(client->sim);
    arena_free(client->arena);
}

static inline const char *client_text(struct client *client)
{
    return text_buf_z(&client->response.body);
}

/* Sends a request and returns the status. `body` NULL: none; a query stands in the path. */
static inline int ask(struct client *client, const char *method, const char *path, const char *body)
{
    char whole[2048], pair[256], authorization[512];
    client_clear(client);
    snprintf(whole, sizeof whole, "%s%s",
             strncmp(path, "/20", 3) == 0 ? "" : "/2010-04-01/Accounts/" CLIENT_SID, path);
    snprintf(pair, sizeof pair, "%s:%s", client->user == NULL ? "" : client->user, client->password);
    char *encoded = digest_base64_encode(text_of(pair));
    snprintf(authorization, sizeof authorization, "Basic %s", encoded);
    mem_free(encoded);
    struct request_header headers[3] = {{TEXT("Host"), TEXT("api.twilio.com")}};
    size_t count = 1;
    if (client->user != NULL)
        headers[count++] = (struct request_header){TEXT("Authorization"), text_of(authorization)};
    if (client->extra.name != NULL)
        headers[count++] = (struct request_header){text_of(client->extra.name), text_of(client->extra.value)};
    struct text rest = text_of(whole), bare = TEXT_NONE;
    text_split(&rest, '?', &bare);
    struct request request = {.method = text_of(method),
                              .scheme = TEXT("https"),
                              .host = TEXT("api.twilio.com"),
                              .port = 443,
                              .path = bare,
                              .query = rest,
                              .headers = headers,
                              .header_count = count,
                              .body = text_of(body),
                              .client = TEXT("127.0.0.1:50000"),
                              .received_mono_ms = clock_mono_ms(),
                              .arena = client->arena};
    response_init(&client->response, client->arena);
    client->answered = true;
    call_answer(client->sim, &request, &client->response);
    client->sim->in_flight = 0; /* the answer is out */
    return client->response.status;
}

/* The answer as JSON; borrowed. */
static inline json_t *client_object(struct client *client)
{
    struct fail why = {0};
    if (client->json == NULL &&
        !json_read(text_buf_view(&client->response.body), "answer", &client->json, &why))
        fail_msg("no JSON: %s: %s", why.text, client_text(client));
    return client->json;
}

/* A text of the answer; "" when it is none. */
static inline const char *client_json(struct client *client, const char *key)
{
    const char *value = json_string_value(json_object_get(client_object(client), key));
    return value == NULL ? "" : value;
}

/* Goes where the answer's `key` points ("next_page_uri"). */
static inline void client_follow(struct client *client, const char *key)
{
    char uri[1024];
    snprintf(uri, sizeof uri, "%s", client_json(client, key));
    assert_int_equal(ask(client, "GET", uri, NULL), 200);
}

/* A person of the account. */
static inline void client_person(struct client *client, const char *e164, bool verified,
                                 enum number_line line)
{
    struct person person = {.verified = verified, .reachable = true, .whatsapp = WHATSAPP_OPEN, .line = line};
    snprintf(person.e164, sizeof person.e164, "%s", e164);
    account_set_person(sim_account(client->sim), &client->sim->ids, &person, clock_wall_ms());
}

#endif
