/* One thread that reads the journal when it is told to look; whoever changed something does not wait for a
 * terminal. */
#include "code_printer.h"

#include <pthread.h>

#include "bounds.h"
#include "clock.h"
#include "code_in_text.h"
#include "mem.h"

struct code_printer {
    struct sim *sim;
    FILE *out;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool look, stop;
    uint64_t after;
};

/* What a terminal must not get: control characters. */
static void put_clean(struct text_buf *out, struct text value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.at[i];
        text_put_char(out, byte < 0x20 || byte == 0x7F ? ' ' : (char)byte);
    }
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
        struct text text = journal_text(&record, "text"), to = journal_text(&record, "to");
        struct text channel = journal_text(&record, "channel"), code = code_in_text(text);
        if (record.kind == JOURNAL_MESSAGE) {
            text_putf(line, "%-9.*s %.*s  %-8.*s  ", TEXT_ARGS(channel), TEXT_ARGS(to),
                      TEXT_ARGS(code.at == NULL ? TEXT("-") : code));
            put_clean(line, text);
        } else if (record.kind == JOURNAL_CALL && journal_number(&record, "code") != JOURNAL_NULL) {
            text_putf(line, "%-9.*s ", TEXT_ARGS(channel));
            put_clean(line, to);
            text_putf(line, "  refused   %d", (int)journal_number(&record, "code"));
        }
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

struct code_printer *code_printer_new(struct sim *sim, FILE *out)
{
    struct code_printer *code_printer = mem_new(sizeof *code_printer);
    code_printer->sim = sim;
    code_printer->out = out;
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
