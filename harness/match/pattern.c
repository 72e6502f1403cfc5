/* PCRE2 with every limit set. No just-in-time compiler: it is not bound by the depth and heap limits, and
 * patterns of scenarios run a few times each. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "pattern.h"

#include <pcre2.h>

#include "mem.h"

enum {
    MATCH_STEPS_MAX = 1000000, /* about a tenth of a second */
    MATCH_DEPTH_MAX = 10000,
    MATCH_HEAP_MAX_KIB = 20 * 1024,
};

struct pattern {
    pcre2_code *code;
    unsigned groups;
};

struct pattern *pattern_new(struct text source, struct fail *why)
{
    if (source.len == 0 || source.len > PATTERN_MAX_BYTES) {
        fail_set(why, source.len == 0 ? "the pattern is empty" : "the pattern is longer than %d bytes",
                 PATTERN_MAX_BYTES);
        return NULL;
    }
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)source.at, source.len,
                      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &code, &offset, NULL);
    if (compiled == NULL) {
        PCRE2_UCHAR words[256] = "";
        pcre2_get_error_message(code, words, sizeof words);
        fail_set(why, "the pattern is broken at character %zu: %s", (size_t)offset + 1, (const char *)words);
        return NULL;
    }
    struct pattern *pattern = mem_new(sizeof *pattern);
    pattern->code = compiled;
    uint32_t groups = 0;
    pcre2_pattern_info(compiled, PCRE2_INFO_CAPTURECOUNT, &groups);
    pattern->groups = groups;
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_code_free(pattern->code);
    mem_free(pattern);
}

/* The first group when it took part, else the whole. */
static struct text found_text(struct text subject, const pcre2_match_data *data, unsigned groups)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer((pcre2_match_data *)data);
    size_t which = groups > 0 && ends[2] != PCRE2_UNSET ? 1 : 0;
    PCRE2_SIZE from = ends[2 * which], to = ends[2 * which + 1];
    return to < from ? TEXT("")
                     : text_span(subject.at + from, to - from); /* \K can put the start behind the end */
}

enum pattern_result pattern_find(const struct pattern *pattern, struct text subject, struct text *ret_found)
{
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
    REQUIRE(limits != NULL && data != NULL);
    pcre2_set_match_limit(limits, MATCH_STEPS_MAX);
    pcre2_set_depth_limit(limits, MATCH_DEPTH_MAX);
    pcre2_set_heap_limit(limits, MATCH_HEAP_MAX_KIB);
    if (subject.at == NULL)
        subject = TEXT("");
    int count = pcre2_match(pattern->code, (PCRE2_SPTR)subject.at, subject.len, 0, 0, data, limits);
    if (count > 0 && ret_found != NULL)
        *ret_found = found_text(subject, data, pattern->groups);
    pcre2_match_data_free(data);
    pcre2_match_context_free(limits);
    if (count == PCRE2_ERROR_NOMATCH)
        return PATTERN_NOT_FOUND;
    return count > 0 ? PATTERN_FOUND : PATTERN_GAVE_UP;
}

unsigned pattern_groups(const struct pattern *pattern)
{
    return pattern->groups;
}

bool pattern_in_slashes(struct text written, struct text *ret_source)
{
    if (written.len < 2 || written.at[0] != '/' || written.at[written.len - 1] != '/')
        return false;
    *ret_source = text_span(written.at + 1, written.len - 2);
    return true;
}
