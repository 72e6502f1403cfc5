/* twilio-sim code NUMBER: the one-time password that reached a phone, alone on stdout, for scripts and
 * browser tests. */
#include "commands.h"

#include <stdio.h>
#include <string.h>

#include "channels.h"
#include "clock.h"
#include "json.h"
#include "sim_client.h"

/* How much longer we wait for the word that nothing came. */
enum { GRACE_MS = 500 };

const struct option_row code_option_rows[] = {
    {"wait", 'w', OPTION_DURATION, "TIME", "0ms", "wait so long for one (real time)", 0, 0},
    {"after", 'a', OPTION_INT, "CURSOR", "0", "only from messages behind this cursor", 0, INT64_MAX},
    {"new", 0, OPTION_FLAG, NULL, NULL, "only from messages that come after this command began", 0, 0},
    {"cursor", 0, OPTION_FLAG, NULL, NULL, "print the cursor of the newest message instead of a code", 0, 0},
    {"channel", 'c', OPTION_CHOICE, "sms|whatsapp", NULL, "only from messages on this channel", 0, 0},
    {0},
};

static int unreachable(const struct fail *why)
{
    fprintf(stderr, "twilio-sim code: %s\n", why->text);
    return EXIT_UNREACHABLE;
}

/* What it says about our question. */
static int refused(const struct sim_client *client, const struct sim_answer *answer)
{
    struct text words = text_trim(text_buf_view(&answer->body));
    bool ours = text_starts(words, "twilio-sim: ");
    if (ours)
        fprintf(stderr, "twilio-sim code: %.*s\n", TEXT_ARGS(text_from(words, strlen("twilio-sim: "))));
    else
        fprintf(stderr, "twilio-sim code: what answers at %s is no simulator (%d)\n", client->url,
                answer->status);
    return !ours                                            ? EXIT_UNREACHABLE
           : answer->status == 404 || answer->status == 408 ? EXIT_FAILED
                                                            : EXIT_USAGE;
}

/* EXIT_FINE, and where the messages of all phones end now. */
static int read_cursor(const struct sim_client *client, int64_t *ret)
{
    struct sim_answer answer;
    struct fail why = {0};
    json_t *json = NULL;
    int status = EXIT_FINE;
    if (!sim_client_get(client, "/sim/v1/messages?limit=1", 0, &answer, &why))
        status = unreachable(&why);
    else if (answer.status != 200 || !json_read(text_buf_view(&answer.body), "answer", &json, &why))
        status = refused(client, &answer);
    else
        *ret = json_integer_value(
            json_object_get(json_array_get(json_object_get(json, "messages"), 0), "cursor"));
    json_decref(json);
    sim_answer_release(&answer);
    return status;
}

struct question {
    struct sim_client client;
    const char *number, *channel;
    int64_t after;
};

static int none_came(const struct question *question)
{
    fprintf(stderr, "twilio-sim code: no message with a code reached %s\n", question->number);
    return EXIT_FAILED;
}

/* One question, which the simulator holds for `wait_ms`. Its own clock may be another one: it is asked again
 * when it says too early that nothing came. */
static int ask(const struct question *question, int64_t wait_ms, bool *ret_early)
{
    struct sim_answer answer;
    struct text_buf path;
    struct fail why = {0};
    int status = EXIT_FINE;
    text_buf_init(&path, 4096);
    text_put_z(&path, "/sim/v1/code?to=");
    sim_client_put_escaped(&path, question->number);
    text_putf(&path, "&after=%lld", (long long)question->after);
    if (question->channel != NULL)
        text_putf(&path, "&channel=%s", question->channel);
    if (wait_ms > 0)
        text_putf(&path, "&timeout=%lldms", (long long)wait_ms);
    bool answered = sim_client_get(&question->client, text_buf_z(&path), wait_ms > 0 ? wait_ms + GRACE_MS : 0,
                                   &answer, &why);
    if (!answered && answer.late && wait_ms > 0)
        status = none_came(question);
    else if (!answered)
        status = unreachable(&why);
    else if (answer.status == 408)
        *ret_early = true;
    else if (answer.status != 200)
        status = refused(&question->client, &answer);
    else
        printf("%.*s\n", TEXT_ARGS(text_trim(text_buf_view(&answer.body))));
    text_buf_release(&path);
    sim_answer_release(&answer);
    return status;
}

static int wait_for_code(const struct question *question, int64_t wait_ms)
{
    int64_t until_us = clock_real_mono_us() + wait_ms * 1000;
    for (;;) {
        int64_t left_ms = (until_us - clock_real_mono_us()) / 1000;
        bool early = false;
        int status = ask(question, left_ms > 0 ? left_ms : 0, &early);
        if (!early)
            return status;
    }
}

/* whatsapp:+243... is a number and its channel, as a backend writes it. False after saying why not. */
static bool read_address(struct question *question, const char *address)
{
    struct text number;
    enum channel channel = channel_of_address(text_of(address), &number);
    question->number = number.at;
    if (channel == CHANNEL_SMS)
        return true;
    const char *wanted = question->channel, *named = channel_name(channel);
    question->channel = named;
    if (number.len == 0)
        fprintf(stderr, "twilio-sim code: a number or person is wanted behind %s\n", address);
    else if (wanted != NULL && strcmp(wanted, named) != 0)
        fprintf(stderr, "twilio-sim code: %s is no address on --channel %s\n", address, wanted);
    else
        return true;
    return false;
}

int command_code(const struct options *options)
{
    struct fail why = {0};
    struct question question = {.channel = options_text(options, "channel"),
                                .after = options_int(options, "after")};
    bool cursor = options_flag(options, "cursor"), fresh = options_flag(options, "new");
    if (options_argument_count(options) != (cursor ? 0 : 1)) {
        fputs(cursor ? "twilio-sim code: --cursor is about all phones and takes no number\n"
                     : "twilio-sim code: one number or person is wanted: twilio-sim code +243810000001\n",
              stderr);
        return EXIT_USAGE;
    }
    if (!cursor && !read_address(&question, options_argument(options, 0)))
        return EXIT_USAGE;
    if (!sim_client_read(options, &question.client, &why)) {
        fprintf(stderr, "twilio-sim code: %s\n", why.text);
        return EXIT_USAGE;
    }
    int status = cursor || fresh ? read_cursor(&question.client, &question.after) : EXIT_FINE;
    if (status != EXIT_FINE)
        return status;
    if (cursor) {
        printf("%lld\n", (long long)question.after);
        return EXIT_FINE;
    }
    return wait_for_code(&question, options_duration_ms(options, "wait"));
}
