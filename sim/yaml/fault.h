/* fault: one rule of trouble for the provider (LANGUAGE, FAULT). Plain data, and its way to the simulator. */
#ifndef FAULT_H
#define FAULT_H

#include "value.h"

struct fault_on {
    struct place at;
    struct value provider, operation, channel, to, from, account;
};

/* fixed, or from..to, or median and sigma. */
struct delay {
    struct place at;
    struct value fixed;
    struct value from, to;
    struct value median, sigma;
};

/* At most one of them in a rule, exactly one in each outcome of `in-turn`. */
struct fault_outcome {
    struct place at;
    struct value fail, status, wire, tls, dns, pass;
};

struct fault_outcomes {
    struct place at;
    struct fault_outcome *items;
    size_t count;
};

struct deliver {
    struct place at;
    struct value status, code, after;
};

struct fault_callback {
    struct place at;
    struct value status, after, before_answer, signature;
};

struct fault_callbacks {
    struct place at; /* file == NULL: not written; [] was: none are sent */
    struct fault_callback *items;
    size_t count;
};

struct fault {
    struct place at;
    struct fault_on on;
    struct value first, nth, every, after, chance;
    struct value_list between; /* two durations */
    struct fault_outcome outcome;
    struct fault_outcomes in_turn;
    struct value accepted;
    struct delay delay;
    struct value retry_after, body, location; /* beside a status */
    struct deliver deliver;
    struct fault_callbacks callbacks;
    struct value optional;
};

struct faults {
    struct place at;
    struct fault *items;
    size_t count;
    struct value none; /* `faults: none`, a step that takes all away */
};

/* The body of POST /sim/v1/faults: the same keys as in YAML, variables put in, persons as numbers in E.164,
 * numbers and true/false as such, durations as text ("5s"). *ret is new. */
bool fault_to_json(const struct fault *fault, struct variables *variables, json_t **ret, struct fail *why);

#endif
