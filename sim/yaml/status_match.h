/* status_match: the scenario type `status`: 200, 4xx, [200, 503].
 *
 *     struct status_set expected = {0};
 *     status_read(TEXT("4xx"), &expected.ranges[expected.count++], &why);
 *     if (!status_holds(&expected, 200)) status_write(&expected, &words);     // "4xx"
 *
 * Statuses run from 100 to 599. Pure. */
#ifndef STATUS_MATCH_H
#define STATUS_MATCH_H

#include "fail.h"
#include "text.h"

enum { STATUS_RANGES_MAX = 16 };

struct status_range {
    int low;
    int high;
};

struct status_set {
    struct status_range ranges[STATUS_RANGES_MAX];
    size_t count;
};

bool status_read(struct text written, struct status_range *ret, struct fail *why);
bool status_holds(const struct status_set *set, int status);
/* "200 or 4xx" */
void status_write(const struct status_set *set, struct text_buf *out);

#endif
