/* Adds the clocks of a run up. */
#include "clock_total.h"

enum { MS_PER_MINUTE = 60000, MINUTES_PER_HOUR = 60 };

void clock_total_add(struct clock_total *total, const struct scenario_result *result)
{
    bool was_run = result->outcome == SCENARIO_PASSED || result->outcome == SCENARIO_FAILED ||
                   result->outcome == SCENARIO_SETUP_FAILED;
    if (!was_run)
        return;
    *(result->is_virtual ? &total->virtual_scenarios : &total->real_scenarios) += 1;
    total->virtual_ms += result->is_virtual ? result->virtual_ms : 0;
    total->jumps += result->jumps;
}

static bool nothing_was_run(const struct clock_total *total)
{
    return total->virtual_scenarios == 0 && total->real_scenarios == 0;
}

const char *clock_total_word(const struct clock_total *total)
{
    if (nothing_was_run(total))
        return "none";
    if (total->virtual_scenarios == 0)
        return "real";
    return total->real_scenarios == 0 ? "virtual" : "mixed";
}

void clock_total_write(const struct clock_total *total, struct text_buf *out)
{
    if (total->virtual_scenarios == 0) {
        text_put_z(out, nothing_was_run(total) ? "none, since no scenario was run\n" : "real\n");
        return;
    }
    int64_t minutes = total->virtual_ms / MS_PER_MINUTE;
    text_putf(out, "virtual, %lld h %lld min in %lld jumps", (long long)(minutes / MINUTES_PER_HOUR),
              (long long)(minutes % MINUTES_PER_HOUR), (long long)total->jumps);
    if (total->real_scenarios > 0)
        text_putf(out, "; %zu of %zu scenarios were on the real one", total->real_scenarios,
                  total->real_scenarios + total->virtual_scenarios);
    text_put_char(out, '\n');
}
