/* error_codes: every error that Twilio's messaging API can answer or report, as one table (error_codes.def).
 *
 *     const struct error_code *error = error_code(ERROR_TO_NOT_VERIFIED);
 *     struct error_words words = {.to = to, .from = from};
 *     error_code_write(error, false, &words, &message);          // "The number +24381000XXXX is unverified.
 * ..."
 *
 * A row is one sentence on the wire: the number 20003 has four forms, so four rows and four ids. Each row
 * says where its text comes from and how sure we are. Rows are borrowed and constant; nothing allocates but
 * the buffer written to. Thread-safe. Source of all rows: reference/twilio-messaging.md (sections named in
 * each row). */
#ifndef ERROR_CODES_H
#define ERROR_CODES_H

#include <stdbool.h>
#include <stddef.h>

#include "message_states.h"
#include "text.h"

enum error_id {
    ERROR_NONE, /* no error; has no row */
#define ERROR_ROW(id, code, where, nature, scope, sureness, message, old_message, source) ERROR_##id,
#include "error_codes.def"
#undef ERROR_ROW
    ERROR_ID_COUNT
};

/* How sure we are of the text. */
enum error_sureness {
    SURE_CAPTURED, /* seen on the wire of the real service */
    SURE_FIXTURE,  /* seen only in other people's test data */
    SURE_TITLE,    /* the dictionary's title; the sentence on the wire may differ */
    SURE_REPORTED, /* the number was reported by clients; the text is ours */
};

enum error_nature { NATURE_TEMPORARY, NATURE_PERMANENT };

/* On which accounts. */
enum error_scope { SCOPE_ANY, SCOPE_TRIAL, SCOPE_TRIAL_UNITS, SCOPE_SANDBOX };

enum error_when {
    WHEN_SYNC,     /* the answer to a request */
    WHEN_ASYNC,    /* a message's status */
    WHEN_BOTH,     /* either */
    WHEN_DEBUGGER, /* neither: only Twilio's debugger shows it */
};

struct error_code {
    enum error_id id;
    const char *name; /* "ERROR_TO_NOT_VERIFIED" */
    int code;         /* 21608 */
    int http_status;  /* 0 = never the answer to a request */
    bool http_confirmed;
    enum error_when when;
    enum message_state final_state; /* of a message that fails with it: failed, undelivered or MESSAGE_NONE */
    bool either_final_state;        /* the other of the two is seen as well */
    enum error_nature nature;
    enum error_scope scope;
    enum error_sureness sureness;
    const char *message; /* with placeholders {to} {to-masked} {from} {account} {url} {path} {limit} */
    const char
        *old_message;   /* the text captured in the 2010s, which test credentials still get; NULL = same */
    const char *source; /* section of reference/twilio-messaging.md, and its tag */
};

/* The row of an id; ERROR_NONE and what is no id are our bug (REQUIRE). Borrowed. */
const struct error_code *error_code(enum error_id id);

/* The first row with that number, or NULL. Borrowed. */
const struct error_code *error_code_find(int code);

/* All rows in the order of the table, for listings. */
size_t error_code_count(void);
const struct error_code *error_code_at(size_t index);

/* What stands for the placeholders; those that a message does not name are not looked at. */
struct error_words {
    struct text to;
    struct text from;
    struct text account;
    struct text url;
    struct text path;
    long limit;
};

/* Appends the message with its placeholders filled; `old_text` takes the captured old text where there is
 * one. */
void error_code_write(const struct error_code *error, bool old_text, const struct error_words *words,
                      struct text_buf *out);

/* Twilio's page on an error, as `more_info` names it; returned. */
enum { ERROR_PAGE_BYTES = 64 };
const char *error_code_page(const struct error_code *error, char out[ERROR_PAGE_BYTES]);

/* Appends a number as Twilio shows it: its last four digits are XXXX. What has fewer digits loses those it
 * has. */
void error_code_mask(struct text number, struct text_buf *out);

/* Whether a retry can help; text of the enums, for listings: "captured", "temporary", "async", ... */
const char *error_sureness_name(enum error_sureness sureness);
const char *error_nature_name(enum error_nature nature);
const char *error_scope_name(enum error_scope scope);
const char *error_when_name(enum error_when when);

#endif
