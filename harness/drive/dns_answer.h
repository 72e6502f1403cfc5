/* dns_answer: what the sandbox's name server says to a query.
 *
 *     struct dns_answer answer;
 *     if (dns_answer_make(query, len, hosts, &answer))
 *         send(answer.bytes, answer.len);            // answer.refused: its name is to be reported
 *
 * Pure. A listed name, a name below a listed one, and localhost: A gives 127.0.0.1, every other type no
 * record. Any other name: no such name (RFC 1035). A query that cannot be read gets FORMERR, one with an
 * odd opcode NOTIMP; what is no query at all gets nothing. */
#ifndef DNS_ANSWER_H
#define DNS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DNS_PACKET_MAX_BYTES = 512, DNS_NAME_MAX_BYTES = 256, DNS_TYPE_A = 1, DNS_TYPE_AAAA = 28 };

struct dns_answer {
    uint8_t bytes[DNS_PACKET_MAX_BYTES];
    size_t len;
    char name[DNS_NAME_MAX_BYTES]; /* asked for, in lower case; odd bytes shown as '?' */
    int type;
    unsigned id; /* of the query */
    bool refused;
    bool asked_of_us; /* one of `hosts` or below one: a planned fault may take it away */
    size_t question_end;
};

/* False when nothing is to be sent. `hosts` ends with NULL. */
bool dns_answer_make(const uint8_t *query, size_t len, const char *const *hosts,
                     struct dns_answer *ret_answer);

/* What a planned fault makes of an answer about one of the hosts: no such name, or a server that failed. */
void dns_answer_lose(struct dns_answer *answer, bool servfail);

/* True when `name` is one of the hosts or below one. */
bool dns_name_is_listed(const char *name, const char *const *hosts);

#endif
