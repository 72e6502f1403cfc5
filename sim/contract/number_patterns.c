/* PCRE2 for the numbering plan. Two threads that need the same pattern first may both compile it; one result
 * is kept. What the patterns mean is in numbering_plan.c. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "number_patterns.h"

#include <pcre2.h>
#include <pthread.h>
#include <stdatomic.h>

#include "fail.h"
#include "mem.h"
#include "numbering_plan_table.h"

/* No pattern of the plan has more groups; the generated table is checked for it in number_patterns_test.c. */
enum { GROUPS_MAX = 4 };

static _Atomic(pcre2_code *) compiled[PLAN_PATTERN_COUNT];
static pcre2_general_context *memory;
static pthread_once_t memory_once = PTHREAD_ONCE_INIT;

static void *block_new(PCRE2_SIZE size_bytes, void *context)
{
    (void)context;
    return mem_new(size_bytes);
}

static void block_free(void *block, void *context)
{
    (void)context;
    mem_free(block);
}

static void memory_make(void)
{
    memory = pcre2_general_context_create(block_new, block_free, NULL);
    REQUIRE(memory != NULL);
}

void pattern_run_init(struct pattern_run *run)
{
    pthread_once(&memory_once, memory_make);
    run->match = pcre2_match_data_create(GROUPS_MAX + 1, memory);
    REQUIRE(run->match != NULL);
}

void pattern_run_release(struct pattern_run *run)
{
    pcre2_match_data_free(run->match);
    run->match = NULL;
}

static pcre2_code *pattern_compile(const struct plan_pattern *pattern)
{
    pthread_once(&memory_once, memory_make);
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    uint32_t options = PCRE2_ANCHORED | (pattern->whole ? PCRE2_ENDANCHORED : 0);
    int error;
    PCRE2_SIZE error_at;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern->text, PCRE2_ZERO_TERMINATED, options, &error, &error_at, context);
    pcre2_compile_context_free(context);
    REQUIRE(code != NULL);
    /* Where the system forbids a JIT, pcre2_match() interprets the pattern. */
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

static pcre2_code *pattern_code(unsigned pattern)
{
    REQUIRE(pattern > 0 && pattern < PLAN_PATTERN_COUNT);
    pcre2_code *code = atomic_load_explicit(&compiled[pattern], memory_order_acquire);
    if (code != NULL)
        return code;
    pcre2_code *made = pattern_compile(&plan_patterns[pattern]);
    if (atomic_compare_exchange_strong(&compiled[pattern], &code, made))
        return made;
    pcre2_code_free(made);
    return code;
}

bool pattern_matches(unsigned pattern, struct text digits, struct pattern_run *run)
{
    pcre2_code *code = pattern_code(pattern);
    int result =
        pcre2_match(code, (PCRE2_SPTR)digits.at, digits.len, 0, PCRE2_NO_UTF_CHECK, run->match, NULL);
    REQUIRE(result > 0 || result == PCRE2_ERROR_NOMATCH);
    return result > 0;
}

size_t pattern_matched_bytes(const struct pattern_run *run)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(run->match);
    return ends[1];
}

struct text pattern_group(const struct pattern_run *run, struct text digits, unsigned group)
{
    REQUIRE(group <= GROUPS_MAX);
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(run->match);
    const PCRE2_SIZE *bounds = &ends[2 * (size_t)group];
    return bounds[0] == PCRE2_UNSET ? TEXT_NONE : text_span(digits.at + bounds[0], bounds[1] - bounds[0]);
}

unsigned pattern_group_count(unsigned pattern)
{
    uint32_t count;
    int result = pcre2_pattern_info(pattern_code(pattern), PCRE2_INFO_CAPTURECOUNT, &count);
    REQUIRE(result == 0);
    return count;
}
