/* Invariant 2: at most N wrong guesses are evaluated per code, also concurrently.
 *
 * Many backends answer a wrong guess and a guess at a dead code alike, so counting `wrong-code` answers would
 * accuse a sound one. What shows is whether the code still opens: once N wrong guesses at it have been
 * answered, the right one must not be accepted. Only guesses answered before the right one was sent count, so
 * a race is never held against a backend. Where a resend keeps the code, the count starts anew with each
 * message. Exercised: right codes offered after N wrong guesses. */
#include "judges.h"

/* When the code began to be guessed at: the message that brought it. False when none did before the offer. */
static bool code_since(const struct facts *facts, const struct fact_request *offer, int64_t *ret_us)
{
    bool found = false;
    for (size_t i = 0; i < facts->message_count; i++) {
        const struct fact_send *message = &facts->messages[i];
        if (message->at_us > offer->began_us || !text_equal(message->to, offer->phone) ||
            !text_equal(message->code, offer->code))
            continue;
        bool better =
            facts->policy->resend == RESEND_NEW ? message->at_us < *ret_us : message->at_us > *ret_us;
        if (!found || better)
            *ret_us = message->at_us;
        found = true;
    }
    return found;
}

static bool is_wrong_guess(const struct fact_request *guess, const struct fact_request *offer,
                           int64_t since_us)
{
    return guess->does == FACT_VERIFIES && text_is(guess->verdict, "wrong-code") &&
           guess->began_us >= since_us && guess->ended_us <= offer->began_us &&
           text_equal(guess->phone, offer->phone) && text_equal(guess->purpose, offer->purpose) &&
           !text_equal(guess->code, offer->code);
}

/* How many wrong guesses came before the offer; *ret_last is the latest of them. */
static int guesses_before(const struct facts *facts, const struct fact_request *offer, int64_t since_us,
                          const struct fact_request **ret_last)
{
    int count = 0;
    for (size_t i = 0; i < facts->request_count && facts->requests[i].began_us <= offer->began_us; i++) {
        if (is_wrong_guess(&facts->requests[i], offer, since_us)) {
            count++;
            *ret_last = &facts->requests[i];
        }
    }
    return count;
}

void judge_guesses_counted(const struct facts *facts, struct finding *finding)
{
    int allowed = facts->policy->code_guesses;
    for (size_t i = 0; allowed > 0 && i < facts->request_count; i++) {
        const struct fact_request *offer = &facts->requests[i], *last = NULL;
        int64_t since_us = 0;
        if (offer->does != FACT_VERIFIES || offer->answer == NULL || offer->code.at == NULL ||
            !code_since(facts, offer, &since_us))
            continue;
        int guesses = guesses_before(facts, offer, since_us, &last);
        if (guesses < allowed)
            continue;
        finding_exercised(finding, 1);
        if (text_is(offer->verdict, "accepted"))
            finding_broken(
                finding,
                "code %.*s of %.*s was accepted after %d wrong guesses (the policy allows %d): lines %lld "
                "and %lld",
                TEXT_ARGS(offer->code), TEXT_ARGS(offer->phone), guesses, allowed, (long long)last->answer->n,
                (long long)offer->answer->n);
    }
}
