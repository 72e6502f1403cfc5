/* The form of Twilio's identifiers. */
#include "sids.h"

#include <ctype.h>

enum { SID_DIGITS = 32 };

bool sid_is(struct text value, const char prefix[3])
{
    if (value.len != 2 + SID_DIGITS || !text_starts(value, prefix))
        return false;
    for (size_t i = 2; i < value.len; i++)
        if (!isxdigit((unsigned char)value.at[i]))
            return false;
    return true;
}
