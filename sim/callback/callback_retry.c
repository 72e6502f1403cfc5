/* The retry rule as a table over the ways an attempt can end. */
#include "callback_retry.h"

static const enum callback_retry kinds[] = {
    [CALLBACK_CONNECT_FAILED] = CALLBACK_RETRY_CONNECT,
    [CALLBACK_CONNECT_TIMEOUT] = CALLBACK_RETRY_CONNECT,
    [CALLBACK_TLS_FAILED] = CALLBACK_RETRY_CONNECT,
    [CALLBACK_NO_ANSWER] = CALLBACK_RETRY_READ,
    [CALLBACK_READ_TIMEOUT] = CALLBACK_RETRY_READ,
    [CALLBACK_STOPPED] = CALLBACK_RETRY_NONE, /* the last one: the table has a place for each */
};

enum callback_retry callback_retry_kind(enum callback_error error, int status, bool answer_begun)
{
    if (error == CALLBACK_ANSWERED) {
        if (status >= 500 && status <= 599)
            return CALLBACK_RETRY_5XX;
        return status >= 400 && status <= 499 ? CALLBACK_RETRY_4XX : CALLBACK_RETRY_NONE;
    }
    return answer_begun ? CALLBACK_RETRY_NONE : kinds[error];
}

bool callback_retry_due(const struct callback_overrides *overrides, enum callback_retry kind, int number,
                        int64_t left_ms)
{
    return (overrides->retry & (unsigned)kind) != 0 && number <= overrides->retries && left_ms > 0;
}
