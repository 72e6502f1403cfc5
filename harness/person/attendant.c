/* Puts forwarder, desk and words together. */
#include "attendant.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dialer.h"
#include "forwarder.h"
#include "mem.h"
#include "plain.h"
#include "report_file.h"
#include "stack_words.h"

enum { GREETING_BYTES = 16 * 1024, LINE_BYTES = 1024 * 1024, PORTS = 2, BACKEND = 0, INBOX = 1 };

struct attendant {
    struct attendant_options options;
    struct desk *desk;
    pid_t forwarder;
    int listeners[PORTS]; /* -1: not forwarded */
    int ports[PORTS];     /* of this machine */
    int under_way;        /* orders without a reply */
};

static void show(const struct attendant *attendant, struct text words)
{
    report_write(attendant->options.out, words); /* a terminal that is gone: the signal comes, too */
}

/* ---- ports */

bool attendant_ports_are_free(int port, int inbox_port, struct fail *why)
{
    const int wanted[PORTS] = {port, inbox_port};
    for (int i = 0; i < PORTS; i++) {
        int got, fd = wanted[i] == 0 ? -1 : forwarder_listen(wanted[i], &got, why);
        if (wanted[i] != 0 && fd < 0)
            return false;
        if (fd >= 0)
            close(fd);
    }
    return port == 0 || port != inbox_port ||
           fail_set(why, "backend and inbox cannot both have port %d", port);
}

static int number_of(const json_t *hello, const char *key)
{
    return (int)json_integer_value(json_object_get(hello, key));
}

/* Which ports are to be forwarded, and the plain ones of the others. */
static bool listeners_open(struct attendant *attendant, struct fail *why)
{
    const json_t *hello = attendant->options.hello;
    const int wanted[PORTS] = {attendant->options.port, attendant->options.inbox_port};
    const int inside[PORTS] = {number_of(hello, "backend_port"), number_of(hello, "inbox_port")};
    bool sealed = json_is_true(json_object_get(hello, "sealed"));
    for (int i = 0; i < PORTS; i++) {
        attendant->ports[i] = inside[i];
        if (!sealed && (wanted[i] == 0 || wanted[i] == inside[i]))
            continue;
        attendant->listeners[i] = forwarder_listen(wanted[i], &attendant->ports[i], why);
        if (attendant->listeners[i] < 0)
            return false;
    }
    return true;
}

static bool forwards_open(struct attendant *attendant, struct fail *why)
{
    static const char *const names[PORTS] = {"the backend", "the simulator"}, *const keys[PORTS] = {
                                                                                  "backend_port",
                                                                                  "inbox_port"};
    struct forward forwards[PORTS];
    size_t count = 0;
    if (!listeners_open(attendant, why))
        return false;
    for (int i = 0; i < PORTS; i++)
        if (attendant->listeners[i] >= 0)
            forwards[count++] = (struct forward){attendant->listeners[i],
                                                 number_of(attendant->options.hello, keys[i]), names[i]};
    if (count == 0)
        return true;
    dialer_drain(attendant->options.channel);
    attendant->forwarder = forwarder_start(forwards, count, attendant->options.channel, why);
    return attendant->forwarder > 0;
}

/* ---- words */

static void people_put(struct text_buf *out, const json_t *people)
{
    const char *name;
    json_t *number;
    json_object_foreach((json_t *)(uintptr_t)people, name, number)
    {
        text_put_z(out, "  person   ");
        plain_put(out, text_of(name));
        text_putf(out, "  %s\n", json_string_value(number));
    }
}

static void clock_line_put(struct text_buf *out, const json_t *hello)
{
    struct text because = json_text(hello, "because");
    bool virtual = text_is(json_text(hello, "clock"), "virtual");
    text_putf(out, "  clock    %s, %.*s", virtual ? "virtual, at the speed of real time" : "real",
              TEXT_ARGS(json_text(hello, "wall")));
    if (virtual)
        text_put_z(out, "; otp-harness clock +11m");
    else
        text_put_z(out, "; it cannot be moved: ");
    plain_put(out, virtual ? TEXT_NONE : because);
    text_put_char(out, '\n');
}

static void greet(const struct attendant *attendant)
{
    const json_t *hello = attendant->options.hello;
    struct text_buf out;
    text_buf_init(&out, GREETING_BYTES);
    text_put_z(&out, attendant->options.what);
    text_put_z(&out, ": ");
    plain_put(&out, json_text(hello, "backend"));
    text_putf(&out, " (%s, pid %d)\n", attendant->options.name, (int)getpid());
    text_putf(
        &out, "  backend  %.*s://127.0.0.1:%d%s\n", TEXT_ARGS(json_text(hello, "scheme")),
        attendant->ports[BACKEND],
        json_is_true(json_object_get(hello, "runs")) ? "" : "  (not running; start it: otp-harness restart)");
    text_putf(&out, "  inbox    http://127.0.0.1:%d/\n", attendant->ports[INBOX]);
    clock_line_put(&out, hello);
    people_put(&out, json_object_get(hello, "people"));
    text_putf(&out, "%s\n", attendant->options.farewell);
    show(attendant, text_buf_view(&out));
    text_buf_release(&out);
}

/* ---- life */

static json_t *about_make(const struct attendant *attendant)
{
    json_t *about = json_pack("{s:s, s:s, s:s}", "name", attendant->options.name, "folder",
                              attendant->options.project, "what", attendant->options.what);
    json_set(about, "port", json_integer(attendant->ports[BACKEND]));
    json_set(about, "inbox_port", json_integer(attendant->ports[INBOX]));
    return about;
}

struct attendant *attendant_new(const struct attendant_options *options, struct fail *why)
{
    struct attendant *attendant = mem_new(sizeof *attendant);
    attendant->options = *options;
    attendant->listeners[BACKEND] = attendant->listeners[INBOX] = -1;
    if (forwards_open(attendant, why) &&
        (attendant->desk = desk_open(options->folder, about_make(attendant), why)) != NULL) {
        greet(attendant);
        return attendant;
    }
    attendant_free(attendant);
    return NULL;
}

void attendant_free(struct attendant *attendant)
{
    if (attendant == NULL)
        return;
    desk_close(attendant->desk);
    forwarder_stop(attendant->forwarder);
    for (int i = 0; i < PORTS; i++)
        if (attendant->listeners[i] >= 0)
            close(attendant->listeners[i]);
    mem_free(attendant);
}

size_t attendant_poll(const struct attendant *attendant, struct pollfd ret_polled[ATTENDANT_POLLED_MAX])
{
    return desk_poll(attendant->desk, ret_polled);
}

/* Down to the stack, with the number of who is to get the reply. */
static void order_pass(void *context, int64_t id, const json_t *order)
{
    struct attendant *attendant = context;
    if (attendant->under_way == DESK_CLIENTS_MAX) { /* so they always fit into the pipe */
        json_auto_t *busy = json_pack("{s:s}", "error", "too many orders wait already");
        desk_answer(attendant->desk, id, busy);
        return;
    }
    attendant->under_way++;
    json_auto_t *numbered = json_pack("{s:I, s:O}", "id", (json_int_t)id, "order", order);
    char *line = json_write(numbered);
    struct text_buf out;
    text_buf_init(&out, 2 * DESK_ORDER_MAX_BYTES);
    text_putf(&out, "%s\n", line);
    report_write(attendant->options.orders_fd, text_buf_view(&out));
    text_buf_release(&out);
    mem_free(line);
}

void attendant_turn(struct attendant *attendant, const struct pollfd *polled)
{
    desk_turn(attendant->desk, polled, order_pass, attendant);
}

void attendant_take(struct attendant *attendant, const json_t *line)
{
    const json_t *id = json_object_get(line, "id");
    struct text_buf out;
    if (json_is_integer(id) && json_object_get(line, "reply") != NULL) {
        attendant->under_way--;
        desk_answer(attendant->desk, json_integer_value(id), json_object_get(line, "reply"));
        return;
    }
    text_buf_init(&out, LINE_BYTES);
    stack_words_put(&out, line, attendant->options.colour);
    show(attendant, text_buf_view(&out));
    text_buf_release(&out);
}
