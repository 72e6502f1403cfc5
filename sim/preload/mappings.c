/* The clock page stays where it is, whatever the program does with its memory: munmap, mprotect, mmap with
 * MAP_FIXED and mremap leave it out, or are refused where that is not possible. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "clock_member.h"
#include "kernel_calls.h"
#include "preloaded.h"

WRAPS int munmap(void *at, size_t size);
WRAPS int mprotect(void *at, size_t size, int rights);
WRAPS void *mmap(void *at, size_t size, int rights, int flags, int fd, off_t offset);
WRAPS void *mmap64(void *at, size_t size, int rights, int flags, int fd, off64_t offset);
WRAPS void *mremap(void *at, size_t size, size_t new_size, int flags, ...);

enum { PAGE_BYTES = 4096 };

struct range {
    uintptr_t from, to;
};

static struct range page_range(void)
{
    uintptr_t page = (uintptr_t)clock_member_page();
    uintptr_t size = (sizeof(struct clock_page) + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    return (struct range){page, page == 0 ? 0 : page + size};
}

static inline bool touches_page(const void *at, size_t size)
{
    struct range page = page_range();
    return __builtin_expect((uintptr_t)at < page.to && (uintptr_t)at + size > page.from, 0);
}

/* The same call for what lies before the page, and for what lies behind it. */
static int around_page(long number, const void *at, size_t size, long more)
{
    struct range page = page_range(), asked = {(uintptr_t)at, (uintptr_t)at + size};
    long result = 0;
    if (asked.from < page.from)
        result = kernel_call_errno(number, (long)asked.from, (long)(page.from - asked.from), more, 0, 0, 0);
    if (result == 0 && asked.to > page.to)
        result = kernel_call_errno(number, (long)page.to, (long)(asked.to - page.to), more, 0, 0, 0);
    return (int)result;
}

int munmap(void *at, size_t size)
{
    if (touches_page(at, size))
        return around_page(SYS_munmap, at, size, 0);
    return (int)kernel_call_errno(SYS_munmap, (long)at, (long)size, 0, 0, 0, 0);
}

int mprotect(void *at, size_t size, int rights)
{
    if (touches_page(at, size))
        return around_page(SYS_mprotect, at, size, rights);
    return (int)kernel_call_errno(SYS_mprotect, (long)at, (long)size, rights, 0, 0, 0);
}

static void *refused(void)
{
    errno = ENOMEM;
    return MAP_FAILED;
}

void *mmap(void *at, size_t size, int rights, int flags, int fd, off_t offset)
{
    if ((flags & MAP_FIXED) && touches_page(at, size))
        return refused();
    return (void *)kernel_call_errno(SYS_mmap, (long)at, (long)size, rights, flags, fd, offset);
}

void *mmap64(void *at, size_t size, int rights, int flags, int fd, off64_t offset)
{
    return mmap(at, size, rights, flags, fd, offset);
}

void *mremap(void *at, size_t size, size_t new_size, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    void *to = va_arg(arguments, void *);
    va_end(arguments);
    if (touches_page(at, size) || ((flags & MREMAP_FIXED) && touches_page(to, new_size)))
        return refused();
    return (void *)kernel_call_errno(SYS_mremap, (long)at, (long)size, (long)new_size, flags, (long)to, 0);
}
