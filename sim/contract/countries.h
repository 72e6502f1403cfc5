/* countries: what the numbering plan knows of a country, and numbers for people who do not exist.
 *
 *     char number[NUMBER_BYTES];
 *     if (number_invented("CD", LINE_MOBILE, 1, number))          // +243810000001
 *
 * Countries are ISO 3166's two capital letters. The blocks of made-up numbers are chosen by
 * numbering_plan/invented.mjs: a short prefix and zeros, or what is kept for fiction where we know it (North
 * America's 555-01NN, London's 020 7946 0NNN); each of their numbers was judged valid, of that country and
 * that line, when the table was generated. Strings are borrowed and constant. Thread-safe. */
#ifndef COUNTRIES_H
#define COUNTRIES_H

#include <stdbool.h>
#include <stddef.h>

#include "numbering_plan.h"

bool country_known(const char *country);
/* 0 when the country is not known. */
int country_calling_code(const char *country);
/* The prefix of national dialling ("0" in CD, "" when there is none); NULL when the country is not known. */
const char *country_national_prefix(const char *country);
/* All countries, in the alphabet's order. */
size_t country_count(void);
const char *country_at(size_t index);

/* The index-th made-up number of a country's line. False when there is no such block (the plan has no such
 * line there, or does not tell its numbers from a neighbour's: AX, BL, CC, CX, EH, MF, SJ, VA have no mobile
 * one), or index is past its end. LINE_MOBILE and LINE_LANDLINE give a LINE_MOBILE_OR_LANDLINE number where
 * the plan has only that. */
bool number_invented(const char *country, enum number_line line, unsigned index, char out[NUMBER_BYTES]);
/* How many there are: 0, 100 or 1000. */
unsigned number_invented_count(const char *country, enum number_line line);

#endif
