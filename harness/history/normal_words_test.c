/* Words get the same name in every run: their numbers go by where they stand, not by what they are. */
#include "test_support.h"

#include <stdio.h>

#include "mem.h"
#include "normal_words.h"

enum { BLOCKS = 4, BLOCK_BYTES = 256 };

/* One block: "a letter, a word, a word", such as "x SM1 SM2". */
static void put_block(struct words *words, const char *block, struct text_buf *out)
{
    struct text rest = text_of(block), part;
    words_block_begin(words);
    for (bool first = true; text_split(&rest, ' ', &part); first = false) {
        if (first)
            text_put(out, part);
        else
            words_put(words, "w", part, out);
    }
}

/* The colour of each word after all rounds, as text of the block. */
static void colour(const char *const blocks[BLOCKS], char texts[BLOCKS][BLOCK_BYTES])
{
    struct words *words = words_new();
    bool more = true;
    for (int round = 0; round < 16; round++) {
        for (size_t i = 0; i < BLOCKS; i++) {
            struct text_buf out;
            text_buf_init(&out, BLOCK_BYTES);
            put_block(words, blocks[i], &out);
            words_block_end(words, words_hash(0, text_buf_view(&out)));
            snprintf(texts[i], BLOCK_BYTES, "%s", text_buf_z(&out));
            text_buf_release(&out);
        }
        if (!more)
            break;
        words_show(words, WORDS_COLOURED);
        more = words_refine(words);
    }
    assert_false(more);
    words_free(words);
}

static void colours_do_not_depend_on_the_values_or_the_order(void **state)
{
    (void)state;
    char one[BLOCKS][BLOCK_BYTES], other[BLOCKS][BLOCK_BYTES];
    colour((const char *const[BLOCKS]){"a 1 2", "b 2 3", "b 5 4", "c 4"}, one);
    colour((const char *const[BLOCKS]){"c z", "b y z", "a p q", "b q r"}, other);
    assert_string_equal(one[0], other[2]);
    assert_string_equal(one[1], other[3]);
    assert_string_equal(one[2], other[1]);
    assert_string_equal(one[3], other[0]);
}

static void a_word_is_told_by_what_its_neighbours_are_in(void **state)
{
    (void)state;
    char texts[BLOCKS][BLOCK_BYTES];
    /* Two blocks alike, but the word of one is also in `a`: only their neighbours tell 2 from 4. */
    colour((const char *const[BLOCKS]){"a 1", "b 1 2", "b 3 4", "c 2 4"}, texts);
    assert_string_not_equal(texts[1], texts[2]);
    colour((const char *const[BLOCKS]){"a 9", "b 1 2", "b 3 4", "c 2 4"}, texts);
    assert_string_not_equal(texts[1], texts[2]); /* by their places in `c` */
    colour((const char *const[BLOCKS]){"a 9", "b 1 2", "b 3 4", "c 8"}, texts);
    assert_string_equal(texts[1], texts[2]); /* exchangeable */
}

static void numbers_count_each_kind_for_itself(void **state)
{
    (void)state;
    struct words *words = words_new();
    struct text_buf out;
    text_buf_init(&out, BLOCK_BYTES);
    words_put(words, "id", TEXT("x"), &out);
    words_show(words, WORDS_NUMBERED);
    static const char *const values[] = {"b", "a", "b", "x"};
    for (size_t i = 0; i < COUNT_OF(values); i++)
        words_put(words, "id", text_of(values[i]), &out);
    words_put(words, "SM", TEXT("a"), &out);
    assert_string_equal(text_buf_z(&out), "id#id#1id#2id#1id#3SM#1");
    text_buf_release(&out);
    words_free(words);
}

static void codes_have_four_digits_at_least(void **state)
{
    (void)state;
    struct words *words = words_new();
    assert_false(words_has_code(words, TEXT("482913")));
    words_add_code(words, TEXT("482913"));
    words_add_code(words, TEXT("123"));
    words_add_code(words, TEXT("12a4"));
    assert_true(words_has_code(words, TEXT("482913")));
    assert_false(words_has_code(words, TEXT("48291")));
    assert_false(words_has_code(words, TEXT("123")));
    assert_false(words_has_code(words, TEXT("12a4")));
    words_free(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_do_not_depend_on_the_values_or_the_order),
        cmocka_unit_test(a_word_is_told_by_what_its_neighbours_are_in),
        cmocka_unit_test(numbers_count_each_kind_for_itself),
        cmocka_unit_test(codes_have_four_digits_at_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
