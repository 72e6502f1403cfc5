/* cast: the people of a scenario as they act: their numbers, their HTTP clients (source address and cookies
 * of their own), and which messages they have taken from their phones.
 *
 *     struct cast *cast = cast_new();
 *     struct actor *awa = cast_add(cast, "awa", "+243810000001", "810000001");
 *     cast_provide(cast, variables, history, length);          // $awa, $awa.code, …
 *
 * An actor lives as long as its cast. Adding is done before steps run; everything else is thread-safe. */
#ifndef CAST_H
#define CAST_H

#include "happenings.h"
#include "http_client.h"
#include "variables.h"

enum { CAST_MAX = 200 };

struct cast;
struct actor;

/* one_address: everybody shares 127.0.0.1 (the profile's `client: { address: one }`). New. */
struct cast *cast_new(bool one_address);
void cast_free(struct cast *cast);

/* `national` may be empty: then it is the number without '+'. Borrowed. NULL with *why when there are too
 * many. */
struct actor *cast_add(struct cast *cast, struct text name, struct text number, struct text national,
                       struct fail *why);
size_t cast_count(const struct cast *cast);

/* By name; NULL when there is none. Borrowed. */
struct actor *cast_find(struct cast *cast, struct text name);
/* By number in any usual form: +243…, 243…, national with or without 0, spaces and hyphens. */
struct actor *cast_find_number(struct cast *cast, struct text number);
/* Whoever acts when a step names nobody: an address of its own, no number. */
struct actor *cast_nobody(struct cast *cast);

/* "" for nobody. Borrowed. */
const char *actor_name(const struct actor *actor);
const char *actor_number(const struct actor *actor);
const char *actor_address(const struct actor *actor);
struct http_client *actor_client(struct actor *actor);

/* Takes a message for this actor unless somebody did before; `code` is what is in it, TEXT_NONE for none. */
bool actor_take(struct actor *actor, struct text sid, struct text code);
bool actor_has_taken(struct actor *actor, struct text sid);

/* Makes every actor's name a variable with its members. `history` tells which codes were sent, so that a
 * wrong code never is one; `code_length` is that of wrong codes. All borrowed until the variables are freed.
 */
void cast_provide(struct cast *cast, struct variables *variables, const struct history *history,
                  int code_length, uint64_t seed);

#endif
