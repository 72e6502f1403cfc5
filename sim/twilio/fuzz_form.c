/* Fuzz target: any bytes as the body of a create, through the whole gate: form, rules, store, journal,
 * answer. What must hold is checked here; the sanitizers watch the rest. fuzz_form_test.c replays
 * fixtures/seeds/form through it. */
#include <stddef.h>
#include <stdint.h>

#include "call.h"
#include "clock.h"
#include "timers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SID "AC00000000000000000000000000000001"
/* base64 of SID and the token "made-up" */
#define BASIC "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDE6bWFkZS11cA=="

static struct sim *simulator_new(void)
{
    struct fail why = {0};
    struct sim_settings settings = {.seed = 1, .account = {.sid = TEXT(SID), .token = TEXT("made-up")}};
    struct sim *sim = sim_new(&settings, &why);
    REQUIRE(sim != NULL);
    sim->schedule = schedule_new(sim, NULL, NULL);
    return sim;
}

static void ask(struct sim *sim, struct arena *arena, struct text body)
{
    struct request_header headers[] = {{TEXT("Authorization"), TEXT(BASIC)}};
    struct request request = {.method = TEXT("POST"),
                              .scheme = TEXT("https"),
                              .host = TEXT("api.twilio.com"),
                              .path = TEXT("/2010-04-01/Accounts/" SID "/Messages.json"),
                              .query = TEXT(""),
                              .headers = headers,
                              .header_count = 1,
                              .body = body,
                              .client = TEXT("127.0.0.1:1"),
                              .received_mono_ms = clock_mono_ms(),
                              .arena = arena};
    struct response response;
    response_init(&response, arena);
    size_t before = sim->messages.count;
    call_answer(sim, &request, &response);
    bool created = sim->messages.count == before + 1;
    REQUIRE(created == (response.status == 201));
    REQUIRE(created || (response.status >= 400 && response.status < 500));
    REQUIRE(response.body.len > 0);
    response_release(&response);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text body = text_span((const char *)data, size);
    if (text_contains(body, TEXT("StatusCallback")))
        return 0; /* calls somebody back, later and elsewhere: callback/ has a target of its own */
    struct sim *sim = simulator_new();
    struct arena *arena = arena_new(REQUEST_ARENA_MAX_BYTES);
    ask(sim, arena, body);
    arena_free(arena);
    schedule_free(sim->schedule);
    sim_free(sim);
    return 0;
}
