/* code_in_text: the one-time password in a message: its first run of 4 to 8 digits that stands alone. Pure.
 */
#ifndef CODE_IN_TEXT_H
#define CODE_IN_TEXT_H

#include "text.h"

/* Borrowed; TEXT_NONE when there is none. */
struct text code_in_text(struct text body);

#endif
