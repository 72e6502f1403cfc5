/* Reads a DNS query and writes the answer. No sockets here (see name_server.c), no recursion, no compression
 * but the one pointer to the question. */
#include "dns_answer.h"

#include <ctype.h>
#include <string.h>

#include "text.h"

enum {
    HEADER = 12,
    CLASS_IN = 1,
    TTL_SECONDS = 1, /* short: a fault may take a name away at any time */
    RCODE_OK = 0,
    RCODE_FORMERR = 1,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_NOTIMP = 4,
    LABEL_MAX = 63,
};

static void put16(struct dns_answer *answer, unsigned value)
{
    answer->bytes[answer->len++] = (uint8_t)(value >> 8);
    answer->bytes[answer->len++] = (uint8_t)value;
}

/* Reads the question's name into answer->name; returns the place behind it, 0 when it is broken. */
static size_t read_name(const uint8_t *query, size_t len, struct dns_answer *answer)
{
    size_t at = HEADER;
    size_t out = 0;
    while (at < len && query[at] != 0) {
        size_t label = query[at++];
        if (label > LABEL_MAX || at + label >= len || out + label + 2 > sizeof answer->name)
            return 0;
        if (out > 0)
            answer->name[out++] = '.';
        for (size_t i = 0; i < label; i++) {
            int byte = query[at++];
            answer->name[out++] = isalnum(byte) || strchr("-_*", byte) != NULL ? (char)tolower(byte) : '?';
        }
    }
    answer->name[out] = '\0';
    return at < len ? at + 1 : 0;
}

bool dns_name_is_listed(const char *name, const char *const *hosts)
{
    struct text asked = text_of(name);
    for (size_t i = 0; hosts[i] != NULL; i++) {
        struct text host = text_of(hosts[i]);
        if (text_is_nocase(asked, hosts[i]))
            return true;
        if (asked.len > host.len && asked.at[asked.len - host.len - 1] == '.' &&
            text_is_nocase(text_from(asked, asked.len - host.len), hosts[i]))
            return true;
    }
    return false;
}

static void write_header(struct dns_answer *answer, const uint8_t *query, int rcode, unsigned questions)
{
    bool recursion_desired = (query[2] & 1) != 0;
    memcpy(answer->bytes, query, 2);
    answer->bytes[2] = (uint8_t)(0x84 | (query[2] & 0x78) | recursion_desired); /* an answer, authoritative */
    answer->bytes[3] = (uint8_t)(0x80 | rcode);
    memset(answer->bytes + 4, 0, 8);
    answer->bytes[5] = (uint8_t)questions;
    answer->len = HEADER;
}

static void write_loopback(struct dns_answer *answer)
{
    answer->bytes[7] = 1;
    put16(answer, 0xc000 | HEADER); /* the name of the question */
    put16(answer, DNS_TYPE_A);
    put16(answer, CLASS_IN);
    put16(answer, 0);
    put16(answer, TTL_SECONDS);
    put16(answer, 4);
    put16(answer, 127 << 8);
    put16(answer, 1);
}

bool dns_answer_make(const uint8_t *query, size_t len, const char *const *hosts,
                     struct dns_answer *ret_answer)
{
    static const char *const always[] = {"localhost", NULL};
    *ret_answer = (struct dns_answer){0};
    if (len < HEADER || (query[2] & 0x80) != 0)
        return false;
    if ((query[2] & 0x78) != 0) {
        write_header(ret_answer, query, RCODE_NOTIMP, 0);
        return true;
    }
    size_t behind = query[4] == 0 && query[5] == 1 ? read_name(query, len, ret_answer) : 0;
    if (behind == 0 || behind + 4 > len) {
        write_header(ret_answer, query, RCODE_FORMERR, 0);
        return true;
    }
    ret_answer->asked_of_us = dns_name_is_listed(ret_answer->name, hosts);
    ret_answer->id = (unsigned)query[0] << 8 | query[1];
    bool listed = ret_answer->asked_of_us || dns_name_is_listed(ret_answer->name, always);
    ret_answer->type = query[behind] << 8 | query[behind + 1];
    ret_answer->refused = !listed;
    write_header(ret_answer, query, listed ? RCODE_OK : RCODE_NXDOMAIN, 1);
    memcpy(ret_answer->bytes + HEADER, query + HEADER, behind + 4 - HEADER);
    ret_answer->len = ret_answer->question_end = behind + 4;
    if (listed && ret_answer->type == DNS_TYPE_A)
        write_loopback(ret_answer);
    return true;
}

void dns_answer_lose(struct dns_answer *answer, bool servfail)
{
    answer->bytes[3] = (uint8_t)(0x80 | (servfail ? RCODE_SERVFAIL : RCODE_NXDOMAIN));
    answer->bytes[7] = 0;
    answer->len = answer->question_end;
}
