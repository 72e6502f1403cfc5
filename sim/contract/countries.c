/* What the plan knows of a country as such: its names in order, its codes, and its block of made-up numbers.
 */
#include "countries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "numbering_plan_table.h"

static int country_compare(const void *name, const void *row)
{
    return strcmp(name, plan_rows[*(const unsigned short *)row].country);
}

static const struct plan_row *country_find(const char *country)
{
    const unsigned short *row =
        bsearch(country, plan_rows_by_name, PLAN_COUNTRY_COUNT, sizeof plan_rows_by_name[0], country_compare);
    return row == NULL ? NULL : &plan_rows[*row];
}

bool country_known(const char *country)
{
    return country_find(country) != NULL;
}

int country_calling_code(const char *country)
{
    const struct plan_row *row = country_find(country);
    return row == NULL ? 0 : row->calling_code;
}

const char *country_national_prefix(const char *country)
{
    const struct plan_row *row = country_find(country);
    return row == NULL ? NULL : row->national_prefix;
}

size_t country_count(void)
{
    return PLAN_COUNTRY_COUNT;
}

const char *country_at(size_t index)
{
    REQUIRE(index < PLAN_COUNTRY_COUNT);
    return plan_rows[plan_rows_by_name[index]].country;
}

static const struct plan_invented *block_find(const char *country, enum number_line line)
{
    REQUIRE((size_t)line < LINE_COUNT);
    const struct plan_row *row = country_find(country);
    return row == NULL || row->invented[line].base == NULL ? NULL : &row->invented[line];
}

unsigned number_invented_count(const char *country, enum number_line line)
{
    const struct plan_invented *block = block_find(country, line);
    unsigned count = block == NULL ? 0 : 1;
    for (int i = 0; block != NULL && i < block->digits; i++)
        count *= 10;
    return count;
}

bool number_invented(const char *country, enum number_line line, unsigned index, char out[NUMBER_BYTES])
{
    if (index >= number_invented_count(country, line))
        return false;
    const struct plan_invented *block = block_find(country, line);
    snprintf(out, NUMBER_BYTES, "%s%0*u", block->base, block->digits, index);
    return true;
}
