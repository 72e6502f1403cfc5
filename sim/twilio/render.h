/* render: one resource written as JSON or as XML, so that an endpoint says its fields once.
 *
 *     struct render render;
 *     render_begin(&render, FORMAT_JSON, &response->body, "Message");
 *     render_text(&render, "sid", sid);
 *     render_open(&render, "subresource_uris");
 *     ...
 *     render_close(&render);
 *     render_end(&render);
 *
 * Names are given as JSON has them (date_created) and become DateCreated in XML. JSON has a space behind ','
 * and ':' as captured, XML the declaration and TwilioResponse around it
 * (reference/twilio-messaging.md 1.3, 2.2). */
#ifndef RENDER_H
#define RENDER_H

#include <stdint.h>

#include "text.h"

enum format { FORMAT_JSON, FORMAT_XML };

struct render {
    enum format format;
    struct text_buf *out;
    const char *names[8]; /* of what is open */
    size_t depth;
    bool first;
};

/* Begins the document with its outermost resource; `name` is XML's ("Message"). */
void render_begin(struct render *render, enum format format, struct text_buf *out, const char *name);
void render_end(struct render *render);

/* A string; TEXT_NONE is null (in XML an empty element). */
void render_text(struct render *render, const char *name, struct text value);
/* A text of our own making (a SID, a number, a date, a URI): ASCII without quotes, backslashes and markup, so
 * nothing is escaped and it costs a copy. */
void render_plain(struct render *render, const char *name, struct text value);
void render_z(struct render *render, const char *name, const char *value);
void render_int(struct render *render, const char *name, int64_t value);
void render_null(struct render *render, const char *name);
void render_bool(struct render *render, const char *name, bool value);
/* RFC 2822; 0 is null. */
void render_date(struct render *render, const char *name, int64_t wall_ms);
void render_open(struct render *render, const char *name);
void render_close(struct render *render);
/* A list: its items are render_item_begin() ... render_close(). In XML the list has no element of its own
 * name but `element`; `attributes` (may be NULL) go into it. */
void render_list_begin(struct render *render, const char *name, const char *element, const char *attributes);
void render_item_begin(struct render *render, const char *element);
void render_list_end(struct render *render);

/* Escapes for XML; what XML cannot hold becomes U+FFFD. */
void render_put_xml(struct text_buf *out, struct text value);

#endif
