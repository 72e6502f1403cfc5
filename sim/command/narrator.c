/* One thread that reads the journal when it is told to look; whoever changed something does not wait for a terminal. */
#include "narrator.h"

#include <pthread.h>

#include "bounds.h"
#include "clock.h"
#include "code_in_text.h"
#include "mem.h"

struct narrator {
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
static bool next_line(struct narrator *narrator, struct text_buf *line)
{
    struct journal_record record;
    text_buf_clear(line);
    sim_lock(narrator->sim);
    bool found = journal_next(&narrator->sim->journal, narrator->after, &record);
    if (found) {
        narrator->after = record.n;
        struct text text = journal_text(&record, "text"), to = journal_text(&record, "to");
        struct text channel = journal_text(&record, "channel"), code = code_in_text(text);
        if (record.kind == JOURNAL_MESSAGE) {
            text_putf(line, "%-9.*s %.*s  %-8.*s  ", TEXT_ARGS(channel), TEXT_ARGS(to),
                      TEXT_ARGS(code.at == NULL ? TEXT("-") : code));
            put_clean(line, text);
        } else if (record.kind == JOURNAL_CALL && journal_number(&record, "code") != JOURNAL_NULL) {
            text_putf(line, "%-9.*s %.*s  refused   %d", TEXT_ARGS(channel), TEXT_ARGS(to),
                      (int)journal_number(&record, "code"));
        }
    }
    sim_unlock(narrator->sim);
    return found;
}

static void narrate(struct narrator *narrator)
{
    struct text_buf line;
    text_buf_init(&line, LINE_MAX_BYTES);
    while (next_line(narrator, &line))
        if (line.len > 0)
            fprintf(narrator->out, "twilio-sim: %s\n", text_buf_z(&line));
    fflush(narrator->out);
    text_buf_release(&line);
}

static void *narrator_thread(void *context)
{
    struct narrator *narrator = context;
    pthread_mutex_lock(&narrator->lock);
    while (!narrator->stop) {
        while (!narrator->look && !narrator->stop)
            clock_cond_wait(&narrator->news, &narrator->lock, CLOCK_NEVER);
        narrator->look = false;
        pthread_mutex_unlock(&narrator->lock);
        narrate(narrator);
        pthread_mutex_lock(&narrator->lock);
    }
    pthread_mutex_unlock(&narrator->lock);
    return NULL;
}

struct narrator *narrator_new(struct sim *sim, FILE *out)
{
    struct narrator *narrator = mem_new(sizeof *narrator);
    narrator->sim = sim;
    narrator->out = out;
    pthread_mutex_init(&narrator->lock, NULL);
    clock_cond_init(&narrator->news);
    REQUIRE(pthread_create(&narrator->thread, NULL, narrator_thread, narrator) == 0);
    return narrator;
}

void narrator_look(void *context)
{
    struct narrator *narrator = context;
    pthread_mutex_lock(&narrator->lock);
    narrator->look = true;
    pthread_cond_signal(&narrator->news);
    pthread_mutex_unlock(&narrator->lock);
}

void narrator_free(struct narrator *narrator)
{
    pthread_mutex_lock(&narrator->lock);
    narrator->stop = true;
    pthread_cond_signal(&narrator->news);
    pthread_mutex_unlock(&narrator->lock);
    pthread_join(narrator->thread, NULL);
    narrate(narrator);
    pthread_cond_destroy(&narrator->news);
    pthread_mutex_destroy(&narrator->lock);
    mem_free(narrator);
}
