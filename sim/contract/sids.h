/* sids: whether a text has the form of one of Twilio's identifiers: two letters and 32 hex digits. Pure. */
#ifndef SIDS_H
#define SIDS_H

#include <stdbool.h>

#include "text.h"

/* sid_is(value, "SM") */
bool sid_is(struct text value, const char prefix[3]);

#endif
