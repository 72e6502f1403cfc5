/* lookup_words: the question that whoever answers name queries in the simulator's stead asks it first (POST
 * /sim/v1/lookups), and its answer, as bytes on a connection of its own.
 *
 *     char room[LOOKUP_ROOM_BYTES];
 *     size_t len = lookup_question_write("api.twilio.com", room);   // send it, read the answer to its end
 *     switch (lookup_answer_read(answer)) ...
 *
 * Pure, without malloc and stdio: the preloaded library uses it in foreign processes. An answer that cannot
 * be read finds the name: the connection that follows will say what is wrong. */
#ifndef LOOKUP_WORDS_H
#define LOOKUP_WORDS_H

#include <stddef.h>

enum { LOOKUP_ROOM_BYTES = 1024 };

enum lookup_answer { LOOKUP_FOUND, LOOKUP_UNKNOWN, LOOKUP_SERVFAIL };

/* 0: a name that no host has, and nobody need ask for. */
size_t lookup_question_write(const char *name, char out[LOOKUP_ROOM_BYTES]);
enum lookup_answer lookup_answer_read(const char *answer);

#endif
