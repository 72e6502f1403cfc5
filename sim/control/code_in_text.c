/* Finding codes. A number with a sign, a dot or letters around it is no code. */
#include "code_in_text.h"

#include <ctype.h>

static bool joins(char c)
{
    return isalnum((unsigned char)c) || c == '+' || c == '_';
}

struct text code_in_text(struct text body)
{
    for (size_t start = 0; start < body.len; start++) {
        if (!isdigit((unsigned char)body.at[start]))
            continue;
        size_t end = start;
        while (end < body.len && isdigit((unsigned char)body.at[end]))
            end++;
        bool alone = (start == 0 || !joins(body.at[start - 1])) && (end == body.len || !joins(body.at[end]));
        if (alone && end - start >= 4 && end - start <= 8)
            return text_span(body.at + start, end - start);
        start = end;
    }
    return TEXT_NONE;
}
