/* json_rows: how an answer's JSON differs from what was expected, a row each, for a failure's table.
 *
 *     json_rows(failure, expected, actual);    // "$.user.id" | "7" | 7
 *
 * Subset, as expectations are: an object may have more keys; a list has exactly the expected items; numbers
 * are equal by value; null must be there as null. What is not there shows as "(missing)". At most
 * JSON_ROWS_MAX rows, the last says that there are more. Pure but for the failure's memory. */
#ifndef JSON_ROWS_H
#define JSON_ROWS_H

#include "scenario_result.h"

enum { JSON_ROWS_MAX = 20 };

/* False when there is no difference. actual may be NULL: nothing came, or no JSON. */
bool json_rows(struct scenario_failure *failure, const json_t *expected, const json_t *actual);

#endif
