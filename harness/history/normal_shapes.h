/* normal_shapes: words that chance makes, told by their shape: ids, tokens, dates.
 *
 * Each shape looks at the start of `text`, which is the start of a word, and gives how many bytes of it the
 * word takes; 0 when it is no such word. Pure. */
#ifndef NORMAL_SHAPES_H
#define NORMAL_SHAPES_H

#include "text.h"

/* Two capitals and 32 hex digits. */
size_t normal_shape_sid(struct text text);
size_t normal_shape_uuid(struct text text);
/* 32 hex digits and more. */
size_t normal_shape_hex(struct text text);
/* A secret in base64url, as sessions have: 40 small letters, capitals and digits and more. */
size_t normal_shape_token(struct text text);
/* ISO 8601 with its fraction and zone, RFC 2822, and as Redis, Postgres, Python's logging and web servers
 * write moments into their logs. */
size_t normal_shape_date(struct text text);
/* A number with its unit: "12.5ms", "3s", "10m". */
size_t normal_shape_duration(struct text text);

#endif
