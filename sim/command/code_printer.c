/* One thread that reads the journal when it is told to look; whoever changed something does not wait for a
 * terminal. */
#include "code_printer.h"

#include <pthread.h>

#include "bounds.h"
#include "clock.h"
#include "mem.h"
#include "message_line.h"

struct code_printer {
    struct sim *sim;
    FILE *out;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool look, stop, color;
    uint64_t after;
};

static void put_message(struct text_buf *line, const struct journal_record *record, bool color)
{
    struct text channel = journal_text(record, "channel"), body = journal_text(record, "text");
    if (text_is(journal_text(record, "direction"), "inbound"))
        message_line_put_reply(line, channel, journal_text(record, "from"), body);
    else
        message_line_put(line, channel, journal_text(record, "to"), body, color);
}

static void put_call(struct text_buf *line, const struct journal_record *record, bool color)
{
    int64_t code = journal_number(record, "code"), status = journal_number(record, "status");
    bool lost = status == JOURNAL_NULL && text_is(journal_text(record, "operation"), "message.create");
    if (code == JOURNAL_NULL && !lost)
        return;
    struct message_trouble trouble = {.channel = journal_text(record, "channel"),
                                      .to = journal_text(record, "to"),
                                      .from = journal_text(record, "from"),
                                      .account = journal_text(record, "account"),
                                      .method = journal_text(record, "method"),
                                      .path = journal_text(record, "path"),
                                      .what = lost ? TEXT("lost") : TEXT("refused"),
                                      .code = code == JOURNAL_NULL ? 0 : code,
                                      .detail = lost ? journal_text(record, "outcome") : TEXT_NONE};
    message_line_put_trouble(line, &trouble, color);
}

/* A message that did not arrive. */
static void put_status(struct text_buf *line, const struct journal_record *record, struct sim *sim,
                       bool color)
{
    int64_t code = journal_number(record, "code");
    const struct message *message = messages_find(&sim->messages, journal_text(record, "sid"));
    if (code == JOURNAL_NULL || code == 0 || message == NULL)
        return;
    struct message_trouble trouble = {.channel = text_of(channel_name((enum channel)message->channel)),
                                      .to = message_address(message, MESSAGE_TO),
                                      .from = message_address(message, MESSAGE_FROM),
                                      .what = journal_text(record, "status"),
                                      .code = code};
    message_line_put_trouble(line, &trouble, color);
}

/* Reads one record into `line`; false when there is none left. */
static bool next_line(struct code_printer *code_printer, struct text_buf *line)
{
    struct journal_record record;
    text_buf_clear(line);
    sim_lock(code_printer->sim);
    bool found = journal_next(&code_printer->sim->journal, code_printer->after, &record);
    if (found) {
        code_printer->after = record.n;
        if (record.kind == JOURNAL_MESSAGE)
            put_message(line, &record, code_printer->color);
        else if (record.kind == JOURNAL_CALL)
            put_call(line, &record, code_printer->color);
        else if (record.kind == JOURNAL_STATUS)
            put_status(line, &record, code_printer->sim, code_printer->color);
    }
    sim_unlock(code_printer->sim);
    return found;
}

static void print_news(struct code_printer *code_printer)
{
    struct text_buf line;
    text_buf_init(&line, LINE_MAX_BYTES);
    while (next_line(code_printer, &line))
        if (line.len > 0)
            fprintf(code_printer->out, "twilio-sim: %s\n", text_buf_z(&line));
    fflush(code_printer->out);
    text_buf_release(&line);
}

static void *code_printer_thread(void *context)
{
    struct code_printer *code_printer = context;
    pthread_mutex_lock(&code_printer->lock);
    while (!code_printer->stop) {
        while (!code_printer->look && !code_printer->stop)
            clock_cond_wait(&code_printer->news, &code_printer->lock, CLOCK_NEVER);
        code_printer->look = false;
        pthread_mutex_unlock(&code_printer->lock);
        print_news(code_printer);
        pthread_mutex_lock(&code_printer->lock);
    }
    pthread_mutex_unlock(&code_printer->lock);
    return NULL;
}

struct code_printer *code_printer_new(struct sim *sim, uint64_t after, FILE *out)
{
    struct code_printer *code_printer = mem_new(sizeof *code_printer);
    code_printer->sim = sim;
    code_printer->out = out;
    code_printer->after = after;
    code_printer->color = message_line_color(out);
    pthread_mutex_init(&code_printer->lock, NULL);
    clock_cond_init(&code_printer->news);
    REQUIRE(pthread_create(&code_printer->thread, NULL, code_printer_thread, code_printer) == 0);
    return code_printer;
}

void code_printer_look(void *context)
{
    struct code_printer *code_printer = context;
    pthread_mutex_lock(&code_printer->lock);
    code_printer->look = true;
    pthread_cond_signal(&code_printer->news);
    pthread_mutex_unlock(&code_printer->lock);
}

void code_printer_free(struct code_printer *code_printer)
{
    if (code_printer == NULL)
        return;
    pthread_mutex_lock(&code_printer->lock);
    code_printer->stop = true;
    pthread_cond_signal(&code_printer->news);
    pthread_mutex_unlock(&code_printer->lock);
    pthread_join(code_printer->thread, NULL);
    print_news(code_printer);
    pthread_cond_destroy(&code_printer->news);
    pthread_mutex_destroy(&code_printer->lock);
    mem_free(code_printer);
}
