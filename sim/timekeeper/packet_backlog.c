/* Reads one column of a small file again and again. */
#include "packet_backlog.h"

#include <fcntl.h>
#include <unistd.h>

#include "mem.h"
#include "text.h"

/* A line a CPU of hexadecimal fields; the twelfth is the length of its queues (net/core/net-procfs.c). */
enum { BACKLOG_FIELD = 12, TEXT_BYTES = 65536 };

struct packet_backlog {
    int fd; /* -1: not known */
    char text[TEXT_BYTES];
};

struct packet_backlog *packet_backlog_new(void)
{
    struct packet_backlog *backlog = mem_new(sizeof *backlog);
    backlog->fd = open("/proc/net/softnet_stat", O_RDONLY | O_CLOEXEC);
    return backlog;
}

void packet_backlog_free(struct packet_backlog *backlog)
{
    if (backlog != NULL && backlog->fd >= 0)
        close(backlog->fd);
    mem_free(backlog);
}

static unsigned long hex(struct text digits)
{
    unsigned long value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        unsigned char c = (unsigned char)digits.at[i];
        value = value * 16 + (unsigned long)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

unsigned long packet_backlog_count(const char *text)
{
    unsigned long waiting = 0;
    for (struct text rest = text_of(text), line; text_split(&rest, '\n', &line);) {
        struct text field = TEXT_NONE;
        int number = 0;
        while (number < BACKLOG_FIELD && text_split(&line, ' ', &field))
            number++;
        if (number == BACKLOG_FIELD)
            waiting += hex(field);
    }
    return waiting;
}

bool packet_backlog_is_empty(struct packet_backlog *backlog)
{
    ssize_t len = backlog->fd < 0 ? 0 : pread(backlog->fd, backlog->text, TEXT_BYTES - 1, 0);
    backlog->text[len > 0 ? len : 0] = '\0';
    return packet_backlog_count(backlog->text) == 0;
}
