/* expect: what an answer must be (LANGUAGE, EXPECT). Plain data. */
#ifndef EXPECT_H
#define EXPECT_H

#include "node.h"
#include "value.h"

/* `took: 5s` is given as `under` and `over` NULL and `about` set. */
struct took {
    struct place at;
    struct value about; /* dur, +-50 ms */
    struct value over;
    struct value under;
};

struct expect {
    struct place at;
    struct value name;           /* `any`, or one of the profile's `answers`; then nothing below is written */
    struct value_list status;    /* VALUE_STATUS */
    const struct node *json;     /* subset; NULL = not written */
    struct value_list text;      /* VALUE_MATCH */
    struct named_values headers; /* VALUE_MATCH */
    struct took took;
    struct named_values answers; /* name = a status, VALUE_COUNT */
    struct value exit;           /* VALUE_INT */
    struct expect *not_;         /* NULL = not written */
};

/* True for `expect: any`. */
bool expect_is_any(const struct expect *expect);

#endif
