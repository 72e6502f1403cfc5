/* Reason phrases in capitals, as Twilio sends them (reference/twilio-messaging.md 1), and one of the caller's
 * own. */
#include "reason.h"

#include <microhttpd.h>
#include <string.h>

static const char *const phrases[600] = {
    [100] = "CONTINUE",
    [101] = "SWITCHING PROTOCOLS",
    [102] = "PROCESSING",
    [103] = "EARLY HINTS",
    [200] = "OK",
    [201] = "CREATED",
    [202] = "ACCEPTED",
    [203] = "NON-AUTHORITATIVE INFORMATION",
    [204] = "NO CONTENT",
    [205] = "RESET CONTENT",
    [206] = "PARTIAL CONTENT",
    [300] = "MULTIPLE CHOICES",
    [301] = "MOVED PERMANENTLY",
    [302] = "FOUND",
    [303] = "SEE OTHER",
    [304] = "NOT MODIFIED",
    [307] = "TEMPORARY REDIRECT",
    [308] = "PERMANENT REDIRECT",
    [400] = "BAD REQUEST",
    [401] = "UNAUTHORIZED",
    [402] = "PAYMENT REQUIRED",
    [403] = "FORBIDDEN",
    [404] = "NOT FOUND",
    [405] = "METHOD NOT ALLOWED",
    [406] = "NOT ACCEPTABLE",
    [407] = "PROXY AUTHENTICATION REQUIRED",
    [408] = "REQUEST TIMEOUT",
    [409] = "CONFLICT",
    [410] = "GONE",
    [411] = "LENGTH REQUIRED",
    [412] = "PRECONDITION FAILED",
    [413] = "REQUEST ENTITY TOO LARGE",
    [414] = "REQUEST-URI TOO LONG",
    [415] = "UNSUPPORTED MEDIA TYPE",
    [416] = "REQUESTED RANGE NOT SATISFIABLE",
    [417] = "EXPECTATION FAILED",
    [421] = "MISDIRECTED REQUEST",
    [422] = "UNPROCESSABLE ENTITY",
    [425] = "TOO EARLY",
    [426] = "UPGRADE REQUIRED",
    [428] = "PRECONDITION REQUIRED",
    [429] = "TOO MANY REQUESTS",
    [431] = "REQUEST HEADER FIELDS TOO LARGE",
    [451] = "UNAVAILABLE FOR LEGAL REASONS",
    [500] = "INTERNAL SERVER ERROR",
    [501] = "NOT IMPLEMENTED",
    [502] = "BAD GATEWAY",
    [503] = "SERVICE UNAVAILABLE",
    [504] = "GATEWAY TIMEOUT",
    [505] = "HTTP VERSION NOT SUPPORTED",
    [511] = "NETWORK AUTHENTICATION REQUIRED",
};

/* libmicrohttpd writes the head on the thread that queued the answer, before it does anything else there. */
static _Thread_local const char *asked_phrase;
static _Thread_local unsigned asked_status;

void reason_set(int status, const char *phrase)
{
    asked_status = (unsigned)status;
    asked_phrase = phrase;
}

const char *MHD_get_reason_phrase_for(unsigned int code)
{
    if (asked_phrase != NULL && asked_status == code)
        return asked_phrase;
    if (code < sizeof phrases / sizeof phrases[0] && phrases[code] != NULL)
        return phrases[code];
    return "UNKNOWN";
}

size_t MHD_get_reason_phrase_len_for(unsigned int code)
{
    return strlen(MHD_get_reason_phrase_for(code));
}
