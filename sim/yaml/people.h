/* people: who has which handset, and what kind of account it is (LANGUAGE, `people` and `account`). Plain
 * data.
 */
#ifndef PEOPLE_H
#define PEOPLE_H

#include "value.h"

enum person_line { LINE_MOBILE, LINE_LANDLINE, LINE_VOIP, LINE_PREMIUM, LINE_UNKNOWN };

struct person {
    struct place at;
    struct text name;
    struct value number, country; /* at most one; neither: the profile's people.country */
    struct value line;            /* enum person_line */
    struct value verified;
    struct value whatsapp; /* true, false, joined, outside-window, blocked */
    struct value reachable, opted_out;
};

struct people {
    struct place at;
    struct person *items;
    size_t count;
};

/* `account: paid` sets `plan` alone. */
struct account {
    struct place at;
    struct value plan;   /* paid, trial-legacy, trial-units, test */
    struct value status; /* active, suspended, closed */
    struct value balance, home;
    struct value_list countries;
    struct value sent_today;
};

/* NULL when nobody is called so. Borrowed. */
const struct person *people_find(const struct people *people, struct text name);

#endif
