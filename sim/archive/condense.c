/* What is gathered is put when it cannot grow, before a row that removes others, and at the end. */
#include "condense.h"

void condense_init(struct condense *condense, condense_visit *visit, void *context)
{
    condense->visit = visit;
    condense->context = context;
    condense->last = 0;
    condense->has_account = false;
    text_buf_init(&condense->pack, SIZE_MAX / 2);
}

void condense_release(struct condense *condense)
{
    text_buf_release(&condense->pack);
}

static bool visit(struct condense *condense, const struct row *row)
{
    return condense->visit(condense->context, row);
}

static bool put_pack(struct condense *condense)
{
    struct row row = row_of(TABLE_JOURNAL, ROW_PUT);
    if (condense->pack.len == 0)
        return true;
    row_int(&row, condense->last);
    row_int(&row, condense->first);
    row_text(&row, text_buf_view(&condense->pack));
    bool fine = visit(condense, &row);
    text_buf_clear(&condense->pack);
    return fine;
}

static bool put_account(struct condense *condense)
{
    bool had = condense->has_account;
    condense->has_account = false;
    return !had || visit(condense, &condense->account);
}

static bool take_records(struct condense *condense, const struct row *row)
{
    int64_t last = row->values[0].number, first = row->values[1].number;
    bool goes_on = first == condense->last + 1 && condense->pack.len < CONDENSE_PACK_BYTES;
    if (!goes_on && !put_pack(condense))
        return false;
    if (condense->pack.len == 0)
        condense->first = first;
    condense->last = last;
    text_put(&condense->pack, row->values[2].text);
    return true;
}

static bool take_account(struct condense *condense, const struct row *row)
{
    bool other = condense->has_account && condense->account.values[0].number != row->values[0].number;
    if (other && !put_account(condense))
        return false;
    condense->account = *row;
    condense->has_account = true;
    return true;
}

static bool take(struct condense *condense, const struct row *row)
{
    if (row->op != ROW_PUT)
        return put_pack(condense) && put_account(condense) && visit(condense, row);
    if (row->table == TABLE_JOURNAL)
        return take_records(condense, row);
    if (row->table == TABLE_ACCOUNT)
        return take_account(condense, row);
    return visit(condense, row);
}

bool condense_rows(struct condense *condense, struct text rows)
{
    struct row row;
    bool fine = true;
    text_buf_clear(&condense->pack); /* of a group that failed */
    condense->has_account = false;
    while (fine && row_read(&rows, &row))
        fine = take(condense, &row);
    return fine && put_pack(condense) && put_account(condense);
}
