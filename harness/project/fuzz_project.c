/* A project's files, any bytes: "NAME\n" and the content up to a NUL, as often as they come. Read into facts,
 * guessed from, written as a profile: never more than fits, and no control character in what is written. */
#include <stdint.h>

#include "fail.h"
#include "mem.h"
#include "profile_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUTPUT_MAX_BYTES = 1024 * 1024 };

static void write_all(const struct project_guess *guess)
{
    struct text_buf out;
    text_buf_init(&out, OUTPUT_MAX_BYTES);
    profile_text(guess, "..", &out);
    for (size_t i = 0; i < INIT_SCENARIOS; i++)
        scenario_text(guess, i, &out);
    REQUIRE(!out.overflowed);
    for (size_t i = 0; i < out.len; i++)
        REQUIRE(out.at[i] == '\n' || (unsigned char)out.at[i] >= 0x20);
    text_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text rest = text_span((const char *)data, size), file;
    struct project_facts *facts = project_facts_new();
    struct project_guess *guess = mem_new(sizeof *guess);
    while (text_split(&rest, '\0', &file)) {
        char *name = text_copy(text_first(file, text_find(file, '\n')));
        project_facts_add(facts, name, text_from(file, strlen(name) + 1));
        mem_free(name);
    }
    project_guess(facts, "folder", guess);
    write_all(guess);
    mem_free(guess);
    project_facts_free(facts);
    return 0;
}
