/* Calls of /sim/v1. The stream of events has a connection and a thread of its own: event_pump.c. */
#include "simulator.h"

#include "http_client.h"
#include "mem.h"

struct simulator {
    char *address;
    struct http_client *client;
};

struct simulator *simulator_new(const char *address)
{
    struct simulator *simulator = mem_new(sizeof *simulator);
    simulator->address = mem_string(address);
    simulator->client = http_client_new(NULL);
    return simulator;
}

void simulator_free(struct simulator *simulator)
{
    if (simulator == NULL)
        return;
    http_client_free(simulator->client);
    mem_free(simulator->address);
    mem_free(simulator);
}

const char *simulator_address(const struct simulator *simulator)
{
    return simulator->address;
}

/* The simulator's own words when it has some. */
static bool refused(const struct http_result *result, const char *path, struct fail *why)
{
    struct text said = text_buf_view(&result->body);
    json_t *body = NULL;
    struct fail ignored = {0};
    if (json_read(said, path, &body, &ignored) && json_text(body, "message").at != NULL)
        said = json_text(body, "message");
    else if (body != NULL && json_text(body, "error").at != NULL)
        said = json_text(body, "error");
    fail_set(why, "the simulator refuses %s with %d: %.*s", path, result->status,
             TEXT_ARGS(text_first(said, 400)));
    json_decref(body);
    return false;
}

/* body NULL: none. *ret_answer is new, NULL when the answer is empty; the pointer may be NULL. */
static bool ask(struct simulator *simulator, const char *method, const char *path, const json_t *body,
                json_t **ret_answer, struct fail *why)
{
    struct text_buf url;
    text_buf_init(&url, 2048);
    text_putf(&url, "%s/sim/v1/%s", simulator->address, path);
    char *written = body == NULL ? NULL : json_write(body);
    struct http_header type = {"Content-Type", "application/json"};
    struct http_call call = {.method = method,
                             .url = text_buf_z(&url),
                             .headers = &type,
                             .header_count = written == NULL ? 0 : 1,
                             .body = text_of(written),
                             .within_ms = SIMULATOR_WITHIN_MS};
    struct http_result result;
    bool fine = http_client_run(simulator->client, &call, &result);
    if (!fine)
        fail_set(why, "the simulator at %s does not answer: %s", simulator->address, result.error_text);
    else if (result.status < 200 || result.status > 299)
        fine = refused(&result, path, why);
    else if (ret_answer != NULL)
        fine = json_read(text_buf_view(&result.body), path, ret_answer, why);
    http_result_release(&result);
    mem_free(written);
    text_buf_release(&url);
    return fine;
}

/* The text at `key` of an answer that must have it. New. */
static bool ask_for_text(struct simulator *simulator, const char *path, const json_t *body, const char *key,
                         char **ret, struct fail *why)
{
    json_t *answer = NULL;
    if (!ask(simulator, "POST", path, body, &answer, why))
        return false;
    struct text value = json_text(answer, key);
    if (value.at != NULL)
        *ret = text_copy(value);
    json_decref(answer);
    return value.at != NULL || fail_set(why, "the simulator's answer to %s has no '%s'", path, key);
}

bool simulator_reset(struct simulator *simulator, const json_t *setup, json_t **ret_account, struct fail *why)
{
    return ask(simulator, "POST", "reset", setup, ret_account, why);
}

bool simulator_add_person(struct simulator *simulator, const json_t *person, json_t **ret_person,
                          struct fail *why)
{
    return ask(simulator, "POST", "people", person, ret_person, why);
}

bool simulator_add_fault(struct simulator *simulator, const json_t *rule, char **ret_id, struct fail *why)
{
    return ask_for_text(simulator, "faults", rule, "id", ret_id, why);
}

bool simulator_list_faults(struct simulator *simulator, json_t **ret_list, struct fail *why)
{
    json_t *answer = NULL;
    if (!ask(simulator, "GET", "faults", NULL, &answer, why))
        return false;
    *ret_list = json_incref(json_object_get(answer, "faults"));
    json_decref(answer);
    return json_is_array(*ret_list) || fail_set(why, "the simulator's list of faults is none");
}

bool simulator_clear_faults(struct simulator *simulator, struct fail *why)
{
    return ask(simulator, "DELETE", "faults", NULL, NULL, why);
}

bool simulator_inbound(struct simulator *simulator, const json_t *message, struct fail *why)
{
    return ask(simulator, "POST", "messages", message, NULL, why);
}

bool simulator_callback(struct simulator *simulator, const json_t *callback, char **ret_id, struct fail *why)
{
    return ask_for_text(simulator, "callbacks", callback, "id", ret_id, why);
}

bool simulator_last_event(struct simulator *simulator, int64_t *ret_n, struct fail *why)
{
    json_t *answer = NULL;
    if (!ask(simulator, "GET", "health", NULL, &answer, why))
        return false;
    const json_t *n = json_object_get(answer, "last_event");
    if (json_is_integer(n))
        *ret_n = (int64_t)json_integer_value(n);
    bool fine = json_is_integer(n);
    json_decref(answer);
    return fine || fail_set(why, "the simulator does not say its last event (is it of another version?)");
}
