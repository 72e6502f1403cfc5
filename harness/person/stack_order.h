/* stack_order: what may be asked of a stack that is up, as words of a command line and as JSON.
 *
 *     json_t *order;
 *     if (!stack_order_clock(words, count, &order, &why)) return EXIT_USAGE;   // {"clock": "advance", "ms":
 * 660000} stack_moment(TEXT("12:00"), clock_wall_ms(), &wall_ms, &why);            // the next noon
 *
 * Pure. JSON that comes out is new. All times are UTC, as everywhere in the harness. */
#ifndef STACK_ORDER_H
#define STACK_ORDER_H

#include "fail.h"
#include "json.h"

/* Further jumps are a mistake in the unit. */
#define STACK_ADVANCE_MAX_MS (INT64_C(366) * 24 * 3600 * 1000)

/* Nothing, "show": the clock is told. "+11m", "11m": it goes on so far. "to 12:00", "to midnight", "to DATE".
 * "freeze", "resume". */
bool stack_order_clock(const char *const *words, size_t count, json_t **ret_order, struct fail *why);

/* "midnight", a time of day (the next one), or a date as clock_parse() reads it; never what is past, nor what
 * is more than STACK_ADVANCE_MAX_MS away. */
bool stack_moment(struct text when, int64_t now_wall_ms, int64_t *ret_wall_ms, struct fail *why);

#endif
