/* numbering_plan: what a phone number is, by the world's numbering plans.
 *
 *     struct number number;
 *     if (!number_judge(to, &number))
 *         ... number.fault says why
 *     number.e164, number.country, number.line
 *
 * The plans are a generated table (numbering_plan_table.c, made by numbering_plan/generate from
 * libphonenumber's metadata); the judgements agree with libphonenumber-js (`max` metadata) for numbers in the
 * + form, shared calling codes included. Patterns are PCRE2's, compiled when first needed and kept for the
 * life of the process. Thread-safe. */
#ifndef NUMBERING_PLAN_H
#define NUMBERING_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

enum number_line {
    LINE_UNKNOWN,
    LINE_MOBILE,
    LINE_LANDLINE,
    LINE_MOBILE_OR_LANDLINE, /* the plan does not tell them apart (North America) */
    LINE_PREMIUM,
    LINE_TOLL_FREE,
    LINE_SHARED_COST,
    LINE_VOIP,
    LINE_PERSONAL,
    LINE_PAGER,
    LINE_UAN,
    LINE_VOICEMAIL,
    LINE_COUNT
};

enum number_fault {
    NUMBER_OK,
    NUMBER_EMPTY,
    NUMBER_NO_PLUS,      /* national form, or not a number at all */
    NUMBER_JUNK,         /* after the +, something that is no digit (a space, a letter, a second +) */
    NUMBER_UNKNOWN_CODE, /* no country has this calling code */
    NUMBER_TOO_SHORT,
    NUMBER_TOO_LONG,
    NUMBER_WRONG_LENGTH, /* between two lengths of the plan */
    NUMBER_NOT_IN_PLAN,  /* a possible length, and no range of the plan */
};

enum { NUMBER_BYTES = 17 }; /* '+', 15 digits, NUL */

struct number {
    enum number_fault fault;
    bool possible;                /* its length is one of the plan's */
    bool valid;                   /* it is in a range of the plan: fault is NUMBER_OK */
    bool national_prefix_dropped; /* it carried the prefix of national dialling (+2430810000001); e164 is
                                     without it */
    int calling_code;             /* 0 = not known */
    char country[3];              /* "CD"; "" = not known, or no country's (+800) */
    enum number_line line;
    char e164[NUMBER_BYTES]; /* "" unless it is + and at most 15 digits with a known calling code */
};

/* Judges any bytes; returns ret->valid. Everything in *ret is set. */
bool number_judge(struct text e164ish, struct number *ret);

/* Its digits after the calling code; borrowed from *number. */
struct text number_national(const struct number *number);

const char *number_line_name(enum number_line line); /* "mobile" */
/* "too short"; "" for NUMBER_OK. */
const char *number_fault_text(enum number_fault fault);

#endif
