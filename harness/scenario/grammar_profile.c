/* PROFILE: the backend under test, what it needs, and what it promises. */
#include "grammar.h"

#include "profile.h"

static const char *const use_words[] = {"redis", "postgres", NULL};
static const char *const service_clock_words[] = {"shared", "ignored", NULL};
static const char *const stores_words[] = {"snapshot", "wipe", "keep", NULL};
static const char *const address_words[] = {"own", "one", NULL};

static const struct shape shape_use = CHOICE(use_words, "a service");
static const struct shape shape_service_clock = CHOICE(service_clock_words, "shared or ignored");
static const struct shape shape_reset_stores = CHOICE(stores_words, "snapshot, wipe or keep");
static const struct shape shape_address = CHOICE(address_words, "own or one");
static const struct shape shape_invariant = INTEGER(1, 17, "the number of an invariant, 1 to 17");

static const struct field ready_fields[] = {
    {"http", &shape_text, MEMBER(struct ready, http), 0, 1},
    {"status", &shape_statuses, MEMBER(struct ready, status), 0, 0},
    {"log", &shape_match, MEMBER(struct ready, log), 0, 1},
    {"port", &shape_port, MEMBER(struct ready, port), 0, 1},
    {"within", &shape_duration, MEMBER(struct ready, within), 0, 0},
    {0},
};

static void judge_ready(struct document *document, void *made)
{
    const struct ready *ready = made;
    if (place_given(ready->status.at) && !value_given(&ready->http))
        document_error(document, ready->status.at, "'status' stands beside 'http' only");
}

static const struct shape shape_ready = {
    .kind = SHAPE_MAP,
    .name = "ready",
    .what = "a map with http, log or port",
    .size_bytes = sizeof(struct ready),
    .fields = ready_fields,
    .groups = {{"exactly one of http, log, port", true, false}},
    .judge = judge_ready,
};

static const struct field service_fields[] = {
    {"use", &shape_use, MEMBER(struct service, use), 0, 1},
    {"run", &shape_command, MEMBER(struct service, run), 0, 1},
    {"at", &shape_text, MEMBER(struct service, address), 0, 1},
    {"version", &shape_text, MEMBER(struct service, version), 0, 0},
    {"database", &shape_text, MEMBER(struct service, database), 0, 0},
    {"env", &shape_named_texts_or_null, MEMBER(struct service, env), 0, 0},
    {"ready", &shape_ready, MEMBER(struct service, ready), 0, 0},
    {"clock", &shape_service_clock, MEMBER(struct service, clock), 0, 0},
    {0},
};
static const struct shape shape_service = {
    .kind = SHAPE_MAP,
    .name = "service",
    .what = "a service: a map with use, run or at",
    .size_bytes = sizeof(struct service),
    .fields = service_fields,
    .groups = {{"exactly one of use, run, at", true, false}},
};

/* `backend` is the name of the backend itself. */
static void judge_services(struct document *document, void *made)
{
    const struct services *services = made;
    for (size_t i = 0; i < services->count; i++) {
        if (text_is(services->items[i].name, "backend"))
            document_error(document, services->items[i].at,
                           "'backend' is the backend itself; name the service otherwise");
    }
}

static const struct shape shape_services = {
    .kind = SHAPE_NAMED,
    .what = "a map of services",
    .size_bytes = sizeof(struct services),
    .item = &shape_service,
    .keys = KEY_NAME,
    .item_bytes = sizeof(struct service),
    .name_at = MEMBER(struct service, name),
    .item_at = 0,
    .judge = judge_services,
};

static const struct shape shape_commands = {LIST_OF(&shape_command, struct commands, "a list of commands")};

static const struct field preparation_fields[] = {
    {"run", &shape_command, MEMBER(struct preparation, run), FIELD_REQUIRED, 0},
    {"may-fail", &shape_bool, MEMBER(struct preparation, may_fail), 0, 0},
    {0},
};
static const struct shape shape_preparation_fields = {
    .kind = SHAPE_MAP,
    .name = "prepare",
    .what = "a map with run, may-fail",
    .size_bytes = sizeof(struct preparation),
    .fields = preparation_fields,
};
static const struct shape shape_preparation = {
    .kind = SHAPE_EITHER,
    .what = "a command, or a map with run, may-fail",
    .size_bytes = sizeof(struct preparation),
    .scalar = &shape_command,
    .scalar_at = MEMBER(struct preparation, run),
    .list = &shape_command,
    .list_at = MEMBER(struct preparation, run),
    .map = &shape_preparation_fields,
};
static const struct shape shape_preparations = {
    LIST_OF(&shape_preparation, struct preparations, "a list of commands")};

static const struct field reset_fields[] = {
    {"backend", &shape_text, MEMBER(struct reset, backend), 0, 0},
    {"stores", &shape_reset_stores, MEMBER(struct reset, stores), 0, 0},
    {0},
};
static const struct shape shape_reset = {
    .kind = SHAPE_MAP,
    .name = "reset",
    .what = "a map with backend, stores",
    .size_bytes = sizeof(struct reset),
    .fields = reset_fields,
};

static const struct field log_fields[] = {
    {"time", &shape_filter, MEMBER(struct log_format, time), 0, 0},
    {"severity", &shape_filter, MEMBER(struct log_format, severity), 0, 0},
    {"message", &shape_filter, MEMBER(struct log_format, message), 0, 0},
    {0},
};
static const struct shape shape_log = {
    .kind = SHAPE_MAP,
    .name = "log",
    .what = "a map with time, severity, message",
    .size_bytes = sizeof(struct log_format),
    .fields = log_fields,
};

static const struct field client_fields[] = {
    {"address", &shape_address, MEMBER(struct client, address), 0, 0},
    {"header", &shape_text, MEMBER(struct client, header), 0, 0},
    {0},
};
static const struct shape shape_client = {
    .kind = SHAPE_MAP,
    .name = "client",
    .what = "a map with address, header",
    .size_bytes = sizeof(struct client),
    .fields = client_fields,
};

static const struct field people_fields[] = {
    {"country", &shape_text, MEMBER(struct profile_people, country), FIELD_REQUIRED, 0},
    {0},
};
static const struct shape shape_profile_people = {
    .kind = SHAPE_MAP,
    .name = "profile-people",
    .what = "a map with country",
    .size_bytes = sizeof(struct profile_people),
    .fields = people_fields,
};

static const struct field host_fields[] = {
    {"status", &shape_http_status, MEMBER(struct host, status), 0, 0},
    {"json", &shape_json_node, MEMBER(struct host, json), 0, 0},
    {0},
};
static const struct shape shape_host = {
    .kind = SHAPE_MAP,
    .name = "host",
    .what = "a map with status, json",
    .size_bytes = sizeof(struct host),
    .fields = host_fields,
};
static const struct shape shape_hosts = {
    .kind = SHAPE_NAMED,
    .what = "a map of hosts",
    .size_bytes = sizeof(struct hosts),
    .item = &shape_host,
    .keys = KEY_ANY,
    .item_bytes = sizeof(struct host),
    .name_at = MEMBER(struct host, name),
    .item_at = 0,
};

static const struct shape shape_answers = {
    NAMED_OF(&shape_expect_fields, struct named_expects, struct named_expect, expect, KEY_NAME,
             "a map of answers"),
};

static const struct field known_fields[] = {
    {"invariant", &shape_invariant, MEMBER(struct known, invariant), FIELD_REQUIRED, 0},
    {"why", &shape_text, MEMBER(struct known, why), FIELD_REQUIRED, 0},
    {"until", &shape_text, MEMBER(struct known, until), FIELD_REQUIRED, 0},
    {0},
};
static const struct shape shape_known = {
    .kind = SHAPE_MAP,
    .name = "known",
    .what = "a map with invariant, why, until",
    .size_bytes = sizeof(struct known),
    .fields = known_fields,
};
static const struct shape shape_knowns = {LIST_OF(&shape_known, struct knowns, "a list of known faults")};

static const struct field profile_fields[] = {
    {"backend", &shape_text, MEMBER(struct profile, backend), FIELD_REQUIRED, 0},
    {"cwd", &shape_text, MEMBER(struct profile, cwd), 0, 0},
    {"hide", &shape_texts, MEMBER(struct profile, hide), 0, 0},
    {"inherit", &shape_texts, MEMBER(struct profile, inherit), 0, 0},
    {"build", &shape_commands, MEMBER(struct profile, build), 0, 0},
    {"services", &shape_services, MEMBER(struct profile, services), 0, 0},
    {"prepare", &shape_preparations, MEMBER(struct profile, prepare), 0, 0},
    {"run", &shape_command, MEMBER(struct profile, run), 0, 1},
    {"env", &shape_named_texts_or_null, MEMBER(struct profile, env), 0, 0},
    {"url", &shape_text, MEMBER(struct profile, url), 0, 1},
    {"ready", &shape_ready, MEMBER(struct profile, ready), 0, 0},
    {"reset", &shape_reset, MEMBER(struct profile, reset), 0, 0},
    {"logs", &shape_texts, MEMBER(struct profile, logs), 0, 0},
    {"log", &shape_log, MEMBER(struct profile, log), 0, 0},
    {"client", &shape_client, MEMBER(struct profile, client), 0, 0},
    {"people", &shape_profile_people, MEMBER(struct profile, people), 0, 0},
    {"hosts", &shape_hosts, MEMBER(struct profile, hosts), 0, 0},
    {"actions", &shape_actions, MEMBER(struct profile, actions), 0, 0},
    {"answers", &shape_answers, MEMBER(struct profile, answers), 0, 0},
    {"code", &shape_pattern, MEMBER(struct profile, code), 0, 0},
    {"policy", &shape_policy, MEMBER(struct profile, policy), 0, 0},
    {"import", &shape_json_node, MEMBER(struct profile, import_), FIELD_LATER, 0},
    {"known", &shape_knowns, MEMBER(struct profile, known), FIELD_LATER, 0},
    {0},
};

const struct shape shape_profile = {
    .kind = SHAPE_MAP,
    .name = "profile",
    .what = "a profile: a map with backend, run, …",
    .size_bytes = sizeof(struct profile),
    .fields = profile_fields,
    .groups = {{"run, or the url of a backend that runs already", true, true}},
};
