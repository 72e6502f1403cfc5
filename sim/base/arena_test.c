/* What a request's memory promises. */
#include "test_support.h"
#include "arena.h"

#include <stdalign.h>

static void pieces_are_zeroed_and_aligned_also_after_a_reset(void **state)
{
    (void)state;
    struct arena *arena = arena_new(64 * 1024);
    for (int round = 0; round < 2; round++) {
        for (size_t size = 1; size < 200; size += 7) {
            unsigned char *piece = arena_alloc(arena, size);
            assert_non_null(piece);
            assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(piece[i], 0);
            memset(piece, 0xAB, size);
        }
        arena_reset(arena);
    }
    arena_free(arena);
}

static void pieces_do_not_overlap_across_blocks(void **state)
{
    (void)state;
    enum { COUNT = 100, SIZE = 500 };
    unsigned char *pieces[COUNT];
    struct arena *arena = arena_new(1024 * 1024);
    for (int i = 0; i < COUNT; i++) {
        pieces[i] = arena_alloc(arena, SIZE);
        memset(pieces[i], i, SIZE);
    }
    for (int i = 0; i < COUNT; i++)
        for (int at = 0; at < SIZE; at++)
            assert_int_equal(pieces[i][at], i);
    arena_free(arena);
}

static void a_piece_larger_than_a_block_has_a_block_of_its_own(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024 * 1024);
    unsigned char *large = arena_alloc(arena, 100000);
    assert_non_null(large);
    large[99999] = 1;
    assert_non_null(arena_alloc(arena, 1));
    arena_free(arena);
}

static void at_the_ceiling_a_piece_is_refused_and_a_reset_makes_room(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    assert_null(arena_alloc(arena, 1025));
    assert_null(arena_alloc(arena, SIZE_MAX));
    assert_non_null(arena_alloc(arena, 1008));
    assert_non_null(arena_alloc(arena, 16));
    assert_null(arena_alloc(arena, 1));
    arena_reset(arena);
    assert_non_null(arena_alloc(arena, 1024));
    arena_free(arena);
}

static void a_copy_ends_with_nul_and_knows_the_ceiling(void **state)
{
    (void)state;
    struct arena *arena = arena_new(32);
    assert_string_equal(arena_copy(arena, text_span("abcdef", 3)), "abc");
    assert_string_equal(arena_copy(arena, TEXT_NONE), "");
    assert_null(arena_copy(arena, TEXT("x")));
    arena_free(arena);
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_and_aligned_also_after_a_reset),
        cmocka_unit_test(pieces_do_not_overlap_across_blocks),
        cmocka_unit_test(a_piece_larger_than_a_block_has_a_block_of_its_own),
        cmocka_unit_test(at_the_ceiling_a_piece_is_refused_and_a_reset_makes_room),
        cmocka_unit_test(a_copy_ends_with_nul_and_knows_the_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
