/* Fuzz target: any bytes as a setup file. It is taken, and then the same a second time, or refused with a
 * place, and then nothing has changed; never a crash, a hang or memory without bound. fuzz_setup_test.c
 * replays fixtures/seeds/setup through it. */
#include <stdint.h>

#include "mem.h"
#include "setup_apply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUTPUT_MAX_BYTES = 1024 * 1024 };

static void apply_twice(struct setup_file *setup, struct problems *problems)
{
    struct fail why = {0};
    struct sim *sim = sim_new(&(struct sim_settings){.seed = 7}, &why);
    REQUIRE(sim != NULL);
    if (setup_apply(sim, setup, NULL, problems)) {
        size_t people = sim_account(sim)->person_count, faults = sim_account(sim)->fault_count;
        setup_apply(sim, setup, NULL, problems);
        REQUIRE(sim_account(sim)->person_count == people && sim_account(sim)->fault_count == faults);
    } else {
        REQUIRE(problems_errors(problems) > 0);
        REQUIRE(sim_account(sim)->person_count == 0 && sim_account(sim)->fault_count == 0);
    }
    sim_free(sim);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text_buf shown;
    struct problems *problems = problems_new();
    struct setup_file *setup =
        setup_file_read_text("fuzz.yaml", text_span((const char *)data, size), problems);
    REQUIRE((setup == NULL) == (problems_errors(problems) > 0));
    if (setup != NULL)
        apply_twice(setup, problems);
    text_buf_init(&shown, OUTPUT_MAX_BYTES);
    problems_write(problems, &shown);
    text_buf_release(&shown);
    setup_file_free(setup);
    problems_free(problems);
    return 0;
}
