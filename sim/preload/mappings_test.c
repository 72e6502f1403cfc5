/* The page stays mapped, whatever the program does with its memory. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock_member.h"
#include "kernel_calls.h"
#include "preloaded.h"
#include "test_owner.h"
#include "test_support.h"

enum { BYTES = 4096 };

static struct test_owner owner;

static void expect_the_page_to_be_there(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    assert_int_equal(now.tv_sec, 1000);
    owner.page->creep_ns = 0; /* and can be written */
}

static void the_page_can_neither_be_unmapped_nor_protected(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    char *page = (char *)owner.page;
    assert_int_equal(munmap(page, sizeof *owner.page), 0);
    assert_int_equal(munmap(page + BYTES, BYTES), 0);
    assert_int_equal(mprotect(page, BYTES, PROT_NONE), 0);
    expect_the_page_to_be_there();
    test_owner_end(&owner);
}

static void nothing_can_be_put_in_its_place(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    errno = 0;
    void *got = mmap(owner.page, BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    assert_ptr_equal(got, MAP_FAILED);
    assert_int_equal(errno, ENOMEM);
    assert_ptr_equal(mremap(owner.page, BYTES, 2 * BYTES, MREMAP_MAYMOVE), MAP_FAILED);
    void *other = mmap64(NULL, BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(other, MAP_FAILED);
    assert_ptr_equal(mremap(other, BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, owner.page), MAP_FAILED);
    assert_int_equal(munmap(other, BYTES), 0);
    expect_the_page_to_be_there();
    test_owner_end(&owner);
}

static void what_lies_around_it_is_unmapped(void **state)
{
    (void)state;
    test_owner_begin_here(&owner, false);
    size_t size = (sizeof *owner.page + BYTES - 1) / BYTES * BYTES;
    char *around = mmap(NULL, size + 2 * BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long moved = kernel_call(SYS_mremap, (long)owner.page, (long)size, (long)size,
                             MREMAP_MAYMOVE | MREMAP_FIXED, (long)(around + BYTES), 0);
    assert_ptr_equal((char *)moved, around + BYTES);
    owner.page = (struct clock_page *)moved;
    clock_member_join_page(owner.page, 0);
    assert_int_equal(munmap(around, size + 2 * BYTES), 0);
    assert_int_equal(kernel_call(SYS_msync, (long)around, BYTES, MS_ASYNC, 0, 0, 0), -ENOMEM);
    assert_int_equal(kernel_call(SYS_msync, (long)(around + BYTES + size), BYTES, MS_ASYNC, 0, 0, 0),
                     -ENOMEM);
    expect_the_page_to_be_there();
    test_owner_end(&owner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_can_neither_be_unmapped_nor_protected),
        cmocka_unit_test(nothing_can_be_put_in_its_place),
        cmocka_unit_test(what_lies_around_it_is_unmapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
