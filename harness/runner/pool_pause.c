/* The attendant of one paused worker after the other, and the Enter key. */
#include "pool_pause.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { KEYS_BYTES = 256, STDIN_AT = 0, DESK_AT = 1 };

static const char farewell[] = "Enter goes on with the run, Ctrl-C ends it.";

void pool_pause_begin(struct pool_pause *pause, const json_t *hello, int orders_fd, int channel)
{
    struct fail why = {0};
    pause->hello = json_deep_copy(hello);
    pause->is_on = true;
    struct attendant_options options = {.folder = pause->stand->folder,
                                        .name = pause->stand->name,
                                        .project = pause->stand->project,
                                        .what = "paused",
                                        .farewell = farewell,
                                        .hello = pause->hello,
                                        .orders_fd = orders_fd,
                                        .channel = channel,
                                        .out = pause->stand->out,
                                        .colour = pause->stand->colour};
    pause->attendant = attendant_new(&options, &why);
    if (pause->attendant == NULL)
        fprintf(stderr, "otp-harness: paused, but %s\n%s\n", why.text, farewell);
}

void pool_pause_end(struct pool_pause *pause)
{
    attendant_free(pause->attendant);
    json_decref(pause->hello);
    *pause = (struct pool_pause){.stand = pause->stand};
}

size_t pool_pause_poll(const struct pool_pause *pause, struct pollfd *ret_polled)
{
    if (!pause->is_on)
        return 0;
    ret_polled[STDIN_AT] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    return DESK_AT + (pause->attendant == NULL ? 0 : attendant_poll(pause->attendant, &ret_polled[DESK_AT]));
}

bool pool_pause_turn(struct pool_pause *pause, const struct pollfd *polled)
{
    char keys[KEYS_BYTES];
    if (pause->attendant != NULL)
        attendant_turn(pause->attendant, &polled[DESK_AT]);
    if (polled[STDIN_AT].revents == 0)
        return false;
    ssize_t got = read(STDIN_FILENO, keys, sizeof keys);
    return got <= 0 || memchr(keys, '\n', (size_t)got) != NULL;
}

void pool_pause_take(struct pool_pause *pause, const json_t *line)
{
    if (pause->attendant != NULL)
        attendant_take(pause->attendant, line);
}
