/* numbering_plan_table: the shape of the generated table (numbering_plan_table.c). For numbering_plan.c,
 * number_patterns.c and their tests only; everybody else asks numbering_plan.h. All of it is constant. */
#ifndef NUMBERING_PLAN_TABLE_H
#define NUMBERING_PLAN_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "numbering_plan.h"

/* The generated file checks these. */
enum { PLAN_PATTERN_COUNT = 1260, PLAN_COUNTRY_COUNT = 245, PLAN_ROW_COUNT = 254 };

/* A regular expression; index 0 stands for "none". */
struct plan_pattern {
    const char *text;
    bool whole; /* matches the whole number, not only its start */
};

struct plan_line {
    unsigned short pattern;
    uint32_t lengths; /* bit n: n digits are possible */
};

/* A block of made-up numbers: `base` and an index of `digits` digits; NULL = none. */
struct plan_invented {
    const char *base;
    int digits;
};

/* One country, or one calling code of no country. */
struct plan_row {
    char country[3];
    unsigned short calling_code;
    uint32_t lengths;
    unsigned short general; /* every number of the plan matches */
    unsigned short leading; /* a number that starts so is this country's, among those that share the code */
    unsigned short prefix;  /* what is taken off before judging */
    const char *national_prefix;
    const char *prefix_rule; /* what stands for it: "9$1"; "" = nothing */
    bool mobile_is_landline; /* what matches landline may be mobile as well */
    struct plan_line lines[LINE_COUNT];
    struct plan_invented invented[LINE_COUNT];
};

/* The countries that share a calling code, main one first. */
struct plan_group {
    unsigned char first; /* in plan_rows */
    unsigned char count; /* 0 = no such code */
};

extern const struct plan_pattern plan_patterns[PLAN_PATTERN_COUNT];
extern const struct plan_group plan_groups[1000];
extern const struct plan_row plan_rows[PLAN_ROW_COUNT];
extern const unsigned short plan_rows_by_name[PLAN_COUNTRY_COUNT];

#endif
