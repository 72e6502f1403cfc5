/* bounds: every maximum, with its unit and its reason. */
#ifndef BOUNDS_H
#define BOUNDS_H

enum {
    /* A request body. Twilio's largest sensible create is a few KiB (1600 characters, ten media URLs of
       4000). */
    BODY_MAX_BYTES = 256 * 1024,
    /* What one request may allocate while it is handled: its body decoded, and its answer's pieces. */
    REQUEST_ARENA_MAX_BYTES = 1024 * 1024,
    /* An answer: a page of 1000 messages of 1600 characters escaped, and some. */
    RESPONSE_MAX_BYTES = 16 * 1024 * 1024,
    /* One resource: most answers fit, so that they cost one allocation. */
    RESPONSE_USUAL_BYTES = 2 * 1024 - 1,
    /* Parameters in one form or query. A create has about 30, of which MediaUrl repeats ten times. */
    FORM_PAIRS_MAX = 512,
    /* Header lines of a request; the rest of a flood is not stored. */
    HEADERS_MAX = 100,
    /* Headers of an answer: the 17 captured ones and a few of ours. */
    RESPONSE_HEADERS_MAX = 32,
    /* Open connections; one whose request is coming in costs about 18 KiB, a silent one 150 bytes. */
    CONNECTIONS_MAX = 8192,
    /* Messages kept; the oldest are dropped, counted and named (DESIGN, Control API). */
    MESSAGES_MAX = 1000000,
    /* Journal entries' bytes kept, likewise. */
    JOURNAL_MAX_BYTES = 64 * 1024 * 1024,
    /* What the journal keeps of a request's body or query. */
    JOURNAL_INPUT_MAX_BYTES = 2048,
    /* A log line or an error text. */
    LINE_MAX_BYTES = 4096,
};

#endif
