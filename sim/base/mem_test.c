/* The allocator of the house. */
#include "test_support.h"
#include "mem.h"

#include <jansson.h>

static void new_blocks_are_zeroed_also_of_no_size(void **state)
{
    (void)state;
    unsigned char *block = mem_new(100), *array = mem_new_array(10, 10);
    for (int i = 0; i < 100; i++)
        assert_true(block[i] == 0 && array[i] == 0);
    void *nothing = mem_new(0), *none = mem_new_array(0, 8);
    assert_true(nothing != NULL && none != NULL);
    mem_free(block);
    mem_free(array);
    mem_free(nothing);
    mem_free(none);
    mem_free(NULL);
}

static void a_block_keeps_its_content_when_it_grows(void **state)
{
    (void)state;
    char *block = mem_resize(NULL, 4);
    memcpy(block, "abc", 4);
    block = mem_resize(block, 100000);
    assert_string_equal(block, "abc");
    mem_free(mem_resize(block, 0));
}

static void copies_end_with_nul(void **state)
{
    (void)state;
    char *copy = mem_copy("abcdef", 3), *string = mem_string("xyz"), *empty = mem_copy(NULL, 0);
    assert_string_equal(copy, "abc");
    assert_string_equal(string, "xyz");
    assert_string_equal(empty, "");
    assert_null(mem_string(NULL));
    mem_free(copy);
    mem_free(string);
    mem_free(empty);
}

static void what_jansson_gives_is_freed_here(void **state)
{
    (void)state;
    mem_serve_jansson();
    json_t *object = json_pack("{s:i}", "a", 1);
    char *text = json_dumps(object, JSON_COMPACT);
    assert_string_equal(text, "{\"a\":1}");
    mem_free(text);
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_blocks_are_zeroed_also_of_no_size),
        cmocka_unit_test(a_block_keeps_its_content_when_it_grows),
        cmocka_unit_test(copies_end_with_nul),
        cmocka_unit_test(what_jansson_gives_is_freed_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
