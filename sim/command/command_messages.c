/* twilio-sim messages: what a running simulator has sent, a line a message, and with --follow what it sends.
 */
#include "commands.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "message_line.h"
#include "sim_client.h"

enum { LINE_ROOM_BYTES = 16 * 1024, WATCHED_MAX = 10000 };

const struct option_row messages_option_rows[] = {
    {"follow", 'f', OPTION_FLAG, NULL, NULL, "go on with what comes, until the simulator ends", 0, 0},
    {"to", 't', OPTION_TEXT, "NUMBER", NULL, "only what goes to this number or person", 0, 0},
    {"json", 0, OPTION_FLAG, NULL, NULL, "an object of JSON a line", 0, 0},
    {0},
};

struct telling {
    struct sim_client client;
    const char *to; /* a number; NULL = all */
    char number[64];
    bool json, color;
    json_t *watched; /* SID of a message -> its record, for what becomes of it */
};

static void print_line(const struct text_buf *line)
{
    printf("%.*s\n", TEXT_ARGS(text_buf_view(line)));
    fflush(stdout);
}

static bool is_reply(const json_t *record)
{
    return text_is(json_text(record, "direction"), "inbound");
}

static bool concerns(const struct telling *telling, const json_t *record)
{
    return telling->to == NULL || text_is(json_text(record, "to"), telling->to);
}

/* A create whose answer never came: a fault on the wire. */
static bool is_lost(const json_t *record)
{
    return text_is(json_text(record, "kind"), "call") &&
           text_is(json_text(record, "operation"), "message.create") &&
           !json_is_integer(json_object_get(record, "status"));
}

/* What is wrong with a message or a call; false when nothing is. */
static bool read_trouble(const json_t *record, const json_t *message, struct text what,
                         struct message_trouble *ret)
{
    int64_t code = json_integer_value(json_object_get(record, "code"));
    *ret = (struct message_trouble){.channel = json_text(message, "channel"),
                                    .to = json_text(message, "to"),
                                    .from = json_text(message, "from"),
                                    .account = json_text(record, "account"),
                                    .method = json_text(record, "method"),
                                    .path = json_text(record, "path"),
                                    .what = is_lost(record) ? TEXT("lost") : what,
                                    .code = code,
                                    .detail = is_lost(record) ? json_text(record, "outcome") : TEXT_NONE};
    return code != 0 || is_lost(record);
}

static void tell_json(const json_t *record)
{
    char *text = json_write(record);
    puts(text);
    fflush(stdout);
    mem_free(text);
}

static void tell_trouble(const struct telling *telling, const json_t *record,
                         const struct message_trouble *trouble)
{
    struct text_buf line;
    if (telling->json) {
        tell_json(record);
        return;
    }
    text_buf_init(&line, LINE_ROOM_BYTES);
    message_line_put_trouble(&line, trouble, telling->color);
    print_line(&line);
    text_buf_release(&line);
}

static void tell_message(const struct telling *telling, const json_t *record)
{
    struct text_buf line;
    if (telling->json) {
        tell_json(record);
        return;
    }
    struct text channel = json_text(record, "channel"), body = json_text(record, "text");
    text_buf_init(&line, LINE_ROOM_BYTES);
    if (is_reply(record))
        message_line_put_reply(&line, channel, json_text(record, "from"), body);
    else
        message_line_put(&line, channel, json_text(record, "to"), body, telling->color);
    print_line(&line);
    text_buf_release(&line);
}

/* A message of the list, which knows how it ended. */
static void tell_listed(const struct telling *telling, json_t *message)
{
    struct message_trouble trouble;
    tell_message(telling, message);
    json_t *error = json_pack("{s:O}", "code", json_object_get(message, "error_code"));
    if (!telling->json && read_trouble(error, message, json_text(message, "status"), &trouble))
        tell_trouble(telling, message, &trouble);
    json_decref(error);
}

static bool take_event(void *context, struct text line)
{
    struct telling *telling = context;
    struct fail why = {0};
    struct message_trouble trouble;
    json_t *record = NULL;
    if (!json_read(line, "event", &record, &why))
        return true;
    struct text kind = json_text(record, "kind");
    const char *sid = json_string_value(json_object_get(record, "sid"));
    if (text_is(kind, "message") && sid != NULL && concerns(telling, record)) {
        if (json_object_size(telling->watched) >= WATCHED_MAX)
            json_object_clear(telling->watched); /* what they come to is not told then */
        json_object_set(telling->watched, sid, record);
        tell_message(telling, record);
    } else if (text_is(kind, "call") && concerns(telling, record) &&
               read_trouble(record, record, TEXT("refused"), &trouble)) {
        tell_trouble(telling, record, &trouble);
    } else if (text_is(kind, "status") && sid != NULL) {
        const json_t *message = json_object_get(telling->watched, sid);
        if (message != NULL && read_trouble(record, message, json_text(record, "status"), &trouble))
            tell_trouble(telling, record, &trouble);
    }
    json_decref(record);
    return ferror(stdout) == 0; /* nobody reads any more */
}

static int unreachable(const struct fail *why)
{
    fprintf(stderr, "twilio-sim messages: %s\n", why->text);
    return EXIT_UNREACHABLE;
}

static int follow(struct telling *telling)
{
    struct fail why = {0};
    telling->watched = json_object();
    bool fine = sim_client_stream(&telling->client, "/sim/v1/events", take_event, telling, &why);
    json_decref(telling->watched);
    return fine ? EXIT_FINE : unreachable(&why);
}

/* The list of messages, or NULL after saying why. */
static json_t *fetch(const struct telling *telling, const char *path, int *ret_status)
{
    struct sim_answer answer;
    struct fail why = {0};
    json_t *json = NULL;
    if (!sim_client_get(&telling->client, path, 0, &answer, &why)) {
        *ret_status = unreachable(&why);
    } else if (answer.status != 200) {
        struct text words = text_trim(text_buf_view(&answer.body));
        bool ours = text_starts(words, "twilio-sim: ");
        fprintf(stderr, "twilio-sim messages: %.*s\n",
                TEXT_ARGS(text_from(words, ours ? strlen("twilio-sim: ") : 0)));
        *ret_status = ours ? EXIT_USAGE : EXIT_UNREACHABLE;
    } else if (!json_read(text_buf_view(&answer.body), "answer", &json, &why)) {
        fprintf(stderr, "twilio-sim messages: what answers at %s is no simulator\n", telling->client.url);
        *ret_status = EXIT_UNREACHABLE;
    }
    sim_answer_release(&answer);
    return json;
}

static int list(const struct telling *telling)
{
    struct text_buf path;
    int status = EXIT_FINE;
    text_buf_init(&path, 4096);
    text_put_z(&path, "/sim/v1/messages?limit=10000");
    if (telling->to != NULL) {
        text_put_z(&path, "&to=");
        sim_client_put_escaped(&path, telling->to);
    }
    json_t *json = fetch(telling, text_buf_z(&path), &status);
    json_t *messages = json_object_get(json, "messages");
    for (size_t i = json_array_size(messages); i > 0; i--) /* the oldest first, as --follow has them */
        tell_listed(telling, json_array_get(messages, i - 1));
    json_decref(json);
    text_buf_release(&path);
    return status;
}

/* Events name numbers only; a person's is asked for. */
static int resolve(struct telling *telling)
{
    int status = EXIT_FINE;
    if (telling->to == NULL || telling->to[0] == '+')
        return status;
    json_t *json = fetch(telling, "/sim/v1/people", &status), *person;
    json_t *people = json_object_get(json, "people");
    size_t i;
    json_array_foreach(people, i, person) if (text_is(json_text(person, "name"), telling->to))
        snprintf(telling->number, sizeof telling->number, "%.*s", TEXT_ARGS(json_text(person, "number")));
    json_decref(json);
    if (status == EXIT_FINE && telling->number[0] == '\0') {
        fprintf(stderr, "twilio-sim messages: --to: '%s' is neither + and digits nor a person\n",
                telling->to);
        return EXIT_USAGE;
    }
    telling->to = telling->number;
    return status;
}

int command_messages(const struct options *options)
{
    struct fail why = {0};
    struct telling telling = {.to = options_text(options, "to"),
                              .json = options_flag(options, "json"),
                              .color = message_line_color(stdout)};
    if (!sim_client_read(options, &telling.client, &why)) {
        fprintf(stderr, "twilio-sim messages: %s\n", why.text);
        return EXIT_USAGE;
    }
    int status = resolve(&telling);
    if (status != EXIT_FINE)
        return status;
    return options_flag(options, "follow") ? follow(&telling) : list(&telling);
}
