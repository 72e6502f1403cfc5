/* The one question about an expectation that is not plain data. */
#include "expect.h"

bool expect_is_any(const struct expect *expect)
{
    return value_given(&expect->name) && text_is(expect->name.written, "any");
}
