/* reason: the words behind the status number, "HTTP/1.1 201 CREATED".
 *
 * libmicrohttpd has no option for them, but it asks its own public function MHD_get_reason_phrase_for().
 * reason.c defines that function (and its _len_ twin) again; the dynamic linker gives a program's own
 * definition precedence, inside the library too. Where a library was linked so that it binds its own
 * functions first (-Bsymbolic-functions), the phrases are the standard ones and nothing else changes. */
#ifndef REASON_H
#define REASON_H

/* The phrase for the next head that this thread writes; NULL: the usual capitals. Borrowed until then. */
void reason_set(int status, const char *phrase);

#endif
