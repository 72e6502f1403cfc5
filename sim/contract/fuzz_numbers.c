/* Fuzz target: any bytes as a phone number and as a message's body. What must hold of the answer is checked
 * here; the sanitizers watch the rest. fuzz_numbers_test.c replays fixtures/seeds/numbers through it. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fail.h"
#include "numbering_plan.h"
#include "segments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void number_holds(struct text input)
{
    struct number number, again;
    bool valid = number_judge(input, &number);
    REQUIRE(valid == number.valid && valid == (number.fault == NUMBER_OK));
    REQUIRE(!valid || (number.calling_code > 0 && number.e164[0] == '+'));
    REQUIRE(valid || number.line == LINE_UNKNOWN);
    REQUIRE(strlen(number.e164) < NUMBER_BYTES);
    (void)number_national(&number);
    /* A corrected number is judged as what it was corrected to. */
    if (valid && number.national_prefix_dropped)
        number_judge(text_of(number.e164), &again);
}

static void segments_hold(struct text input)
{
    struct segments segments = segments_count(input);
    unsigned alone = segments.encoding == ENCODING_GSM7 ? 160 : 70;
    unsigned joined = segments.encoding == ENCODING_GSM7 ? 153 : 67;
    REQUIRE(segments.units <= 2 * input.len);
    REQUIRE(segments.count >= 1 && (segments.count == 1) == (segments.units <= alone));
    REQUIRE(segments.count == 1 || segments.count >= (segments.units + joined - 1) / joined);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text input = text_span((const char *)data, size);
    number_holds(input);
    segments_hold(input);
    return 0;
}
