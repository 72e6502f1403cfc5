/* Judging a number by the generated plans, step by step as libphonenumber-js does: the calling code, the
 * prefix of national dialling that some people write behind it, the country among those that share the code,
 * then length and kind of line. The table is generated; the patterns run in number_patterns.c. */
#include "numbering_plan.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "number_patterns.h"
#include "numbering_plan_table.h"

/* By E.164 no number has more digits, and no calling code more than three. */
enum { E164_DIGITS_MAX = 15, CODE_DIGITS_MAX = 3, NATIONAL_DIGITS_MIN = 2 };

/* A national number while a prefix may still be put before it. */
struct national {
    char digits[32];
    size_t len;
};

static struct text national_text(const struct national *national)
{
    return text_span(national->digits, national->len);
}

static void national_append(struct national *national, struct text digits)
{
    REQUIRE(national->len + digits.len <= sizeof national->digits);
    memcpy(national->digits + national->len, digits.at, digits.len);
    national->len += digits.len;
}

static bool has_length(uint32_t lengths, size_t len)
{
    return len < 32 && (lengths >> len & 1) != 0;
}

/* NUMBER_OK when the length is a possible one. */
static enum number_fault length_fault(uint32_t lengths, size_t len)
{
    if (has_length(lengths, len))
        return NUMBER_OK;
    if (len >= 32 || lengths >> len == 0)
        return NUMBER_TOO_LONG;
    bool shorter_ones = (lengths & ((UINT32_C(1) << len) - 1)) != 0;
    return shorter_ones ? NUMBER_WRONG_LENGTH : NUMBER_TOO_SHORT;
}

static bool line_matches(const struct plan_row *row, enum number_line line, struct text national,
                         struct pattern_run *run)
{
    const struct plan_line *rule = &row->lines[line];
    return rule->pattern != 0 && has_length(rule->lengths, national.len) &&
           pattern_matches(rule->pattern, national, run);
}

/* The kind of line; LINE_COUNT when no range of the plan has the number. */
static enum number_line line_of(const struct plan_row *row, struct text national, struct pattern_run *run)
{
    static const enum number_line others[] = {LINE_MOBILE,      LINE_PREMIUM, LINE_TOLL_FREE,
                                              LINE_SHARED_COST, LINE_VOIP,    LINE_PERSONAL,
                                              LINE_PAGER,       LINE_UAN,     LINE_VOICEMAIL};
    if (!pattern_matches(row->general, national, run))
        return LINE_COUNT;
    if (line_matches(row, LINE_LANDLINE, national, run)) {
        bool either = row->mobile_is_landline || line_matches(row, LINE_MOBILE, national, run);
        return either ? LINE_MOBILE_OR_LANDLINE : LINE_LANDLINE;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (line_matches(row, others[i], national, run))
            return others[i];
    return LINE_COUNT;
}

/* The country of a number; NULL when it is none of those that share the code. */
static const struct plan_row *row_of(const struct plan_group *group, struct text national,
                                     struct pattern_run *run)
{
    const struct plan_row *rows = &plan_rows[group->first];
    if (group->count == 1)
        return rows;
    for (size_t i = 0; i < group->count; i++) {
        bool its_own = rows[i].leading != 0 ? pattern_matches(rows[i].leading, national, run)
                                            : line_of(&rows[i], national, run) != LINE_COUNT;
        if (its_own)
            return &rows[i];
    }
    return NULL;
}

/* Writes what a transformation rule such as "9$1" makes of the groups just matched. */
static void rule_apply(const char *rule, struct text national, const struct pattern_run *run,
                       struct national *ret)
{
    for (const char *at = rule; *at != '\0'; at++) {
        if (*at == '$' && isdigit((unsigned char)at[1]))
            national_append(ret, pattern_group(run, national, (unsigned)(*++at - '0')));
        else
            national_append(ret, text_span(at, 1));
    }
}

/* The number without prefix, as its plan's rule makes it; false when there is no prefix. */
static bool prefix_split(const struct plan_row *row, struct text national, struct pattern_run *run,
                         struct national *ret)
{
    ret->len = 0;
    if (row->prefix == 0 || !pattern_matches(row->prefix, national, run))
        return false;
    unsigned groups = pattern_group_count(row->prefix);
    bool transformed =
        row->prefix_rule[0] != '\0' && groups > 0 && pattern_group(run, national, groups).len > 0;
    if (transformed)
        rule_apply(row->prefix_rule, national, run, ret);
    national_append(ret, text_from(national, pattern_matched_bytes(run)));
    return !text_equal(national_text(ret), national);
}

/* Drops the prefix of national dialling where the number is better without it. */
static bool prefix_drop(const struct plan_group *group, struct national *national, struct pattern_run *run)
{
    const struct plan_row *main_row = &plan_rows[group->first];
    struct national shorter;
    if (!prefix_split(main_row, national_text(national), run, &shorter))
        return false;
    if (pattern_matches(main_row->general, national_text(national), run) &&
        !pattern_matches(main_row->general, national_text(&shorter), run))
        return false;
    const struct plan_row *row = row_of(group, national_text(&shorter), run);
    enum number_fault length = length_fault((row != NULL ? row : main_row)->lengths, shorter.len);
    if (length == NUMBER_TOO_SHORT || length == NUMBER_WRONG_LENGTH)
        return false;
    *national = shorter;
    return true;
}

/* Takes the calling code off *rest; NULL when no country has it. */
static const struct plan_group *code_take(struct text *rest, int *ret_code)
{
    int code = 0;
    for (size_t len = 1; len <= CODE_DIGITS_MAX && len <= rest->len; len++) {
        code = code * 10 + (rest->at[len - 1] - '0');
        if (code == 0)
            return NULL;
        if (plan_groups[code].count > 0) {
            *ret_code = code;
            *rest = text_from(*rest, len);
            return &plan_groups[code];
        }
    }
    return NULL;
}

/* Whether it is a plus and digits at all. */
static enum number_fault form_fault(struct text number)
{
    if (number.len == 0)
        return NUMBER_EMPTY;
    if (number.at[0] != '+')
        return NUMBER_NO_PLUS;
    return text_all_digits(text_from(number, 1)) ? NUMBER_OK : NUMBER_JUNK;
}

static void number_place(struct number *number, const struct plan_group *group, struct national *national,
                         struct pattern_run *run)
{
    number->national_prefix_dropped = prefix_drop(group, national, run);
    const struct plan_row *row = row_of(group, national_text(national), run);
    if (row != NULL)
        memcpy(number->country, row->country, sizeof number->country);
    else
        row = &plan_rows[group->first];
    enum number_line line = line_of(row, national_text(national), run);
    enum number_fault length = length_fault(row->lengths, national->len);
    number->valid = line != LINE_COUNT;
    number->line = number->valid ? line : LINE_UNKNOWN;
    number->possible = length == NUMBER_OK;
    if (!number->valid)
        number->fault = length != NUMBER_OK ? length : NUMBER_NOT_IN_PLAN;
    int bytes = snprintf(number->e164, sizeof number->e164, "+%d%.*s", number->calling_code,
                         (int)national->len, national->digits);
    if (bytes > 1 + E164_DIGITS_MAX)
        number->e164[0] = '\0';
}

bool number_judge(struct text e164ish, struct number *ret)
{
    *ret = (struct number){.fault = form_fault(e164ish)};
    if (ret->fault != NUMBER_OK)
        return false;
    struct text rest = text_from(e164ish, 1);
    if (rest.len > E164_DIGITS_MAX) {
        ret->fault = NUMBER_TOO_LONG;
        return false;
    }
    const struct plan_group *group = code_take(&rest, &ret->calling_code);
    if (group == NULL || rest.len < NATIONAL_DIGITS_MIN) {
        bool code_unfinished = e164ish.len - 1 < CODE_DIGITS_MAX;
        ret->fault = group == NULL && !code_unfinished ? NUMBER_UNKNOWN_CODE : NUMBER_TOO_SHORT;
        return false;
    }
    struct pattern_run run;
    struct national national = {.len = 0};
    pattern_run_init(&run);
    national_append(&national, rest);
    number_place(ret, group, &national, &run);
    pattern_run_release(&run);
    return ret->valid;
}

struct text number_national(const struct number *number)
{
    size_t code_digits = number->calling_code >= 100 ? 3 : number->calling_code >= 10 ? 2 : 1;
    return text_from(text_of(number->e164), 1 + code_digits);
}

const char *number_line_name(enum number_line line)
{
    static const char *const names[LINE_COUNT] = {[LINE_UNKNOWN] = "unknown",
                                                  [LINE_MOBILE] = "mobile",
                                                  [LINE_LANDLINE] = "landline",
                                                  [LINE_MOBILE_OR_LANDLINE] = "mobile or landline",
                                                  [LINE_PREMIUM] = "premium",
                                                  [LINE_TOLL_FREE] = "toll-free",
                                                  [LINE_SHARED_COST] = "shared cost",
                                                  [LINE_VOIP] = "voip",
                                                  [LINE_PERSONAL] = "personal",
                                                  [LINE_PAGER] = "pager",
                                                  [LINE_UAN] = "uan",
                                                  [LINE_VOICEMAIL] = "voicemail"};
    REQUIRE((size_t)line < LINE_COUNT);
    return names[line];
}

const char *number_fault_text(enum number_fault fault)
{
    static const char *const texts[] = {
        [NUMBER_OK] = "",
        [NUMBER_EMPTY] = "empty",
        [NUMBER_NO_PLUS] = "no + at the start",
        [NUMBER_JUNK] = "something that is no digit after the +",
        [NUMBER_UNKNOWN_CODE] = "no country has this calling code",
        [NUMBER_TOO_SHORT] = "too short",
        [NUMBER_TOO_LONG] = "too long",
        [NUMBER_WRONG_LENGTH] = "not a length of this country's numbers",
        [NUMBER_NOT_IN_PLAN] = "in no range of the country's numbering plan",
    };
    REQUIRE((size_t)fault < sizeof texts / sizeof texts[0]);
    return texts[fault];
}
