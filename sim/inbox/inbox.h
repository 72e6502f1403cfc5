/* inbox: the page at GET /, for a person: what the phones got, and every control of /sim/v1.
 *
 *     if (inbox_handles(request->path))
 *         inbox_answer(&control, request, response);
 *
 * `/` is index.html, `/inbox/NAME` any file of page/. They are part of the program: no folder to install,
 * nothing from a network. Answered under the Host names of /sim/v1 only (control.h). No token is wanted: the
 * files hold nothing of an account, and the page brings its token to every call of /sim/v1, or asks the
 * person for it. A strict Content-Security-Policy lets only these files act. Thread-safe. */
#ifndef INBOX_H
#define INBOX_H

#include "control.h"

bool inbox_handles(struct text path);
void inbox_answer(const struct control *control, const struct request *request, struct response *response);

#endif
