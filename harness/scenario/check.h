/* check: facts about everything since `given` (LANGUAGE, CHECK). Plain data: the judging is done elsewhere.
 */
#ifndef CHECK_H
#define CHECK_H

#include "value.h"

struct message_fact {
    struct place at;
    struct value to, channel, provider, from, text;    /* which messages */
    struct value requests, accepted, delivered, codes; /* VALUE_COUNT */
    struct named_values refused;                       /* name = code, VALUE_COUNT */
    struct value_list gaps;                            /* VALUE_DURATION, +-50 ms */
};

/* order: { awa: [whatsapp, sms] } */
struct order_fact {
    struct place at;
    struct text name; /* a person */
    struct value_list channels;
};

struct call_fact {
    struct place at;
    struct value operation, provider, count;
};

struct callback_fact {
    struct place at;
    struct value to, status;
    struct value_list answered; /* VALUE_STATUS */
    struct value count;
};

struct log_fact {
    struct place at;
    struct value match, filter, count; /* count defaults to 1.. */
};

struct store_fact {
    struct place at;
    struct value in, key, count, ttl;
};

struct message_facts {
    struct place at;
    struct message_fact *items;
    size_t count;
};
struct order_facts {
    struct place at;
    struct order_fact *items;
    size_t count;
};
struct call_facts {
    struct place at;
    struct call_fact *items;
    size_t count;
};
struct callback_facts {
    struct place at;
    struct callback_fact *items;
    size_t count;
};
struct log_facts {
    struct place at;
    struct log_fact *items;
    size_t count;
};
struct store_facts {
    struct place at;
    struct store_fact *items;
    size_t count;
};

struct check {
    struct place at;
    struct message_facts messages;
    struct order_facts order;
    struct call_facts calls;
    struct callback_facts callbacks;
    struct log_facts log;
    struct store_facts store;    /* refused by this version's lint */
    struct named_values answers; /* name = a status, VALUE_COUNT */
};

#endif
