/* System calls by instruction, and the few symbols that are wanted of the vDSO, an ELF image that the kernel
 * maps into every process. */
#include "kernel_calls.h"

#include <elf.h>
#include <errno.h>
#include <linux/futex.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

enum { NS_PER_S = 1000000000 };

/* Ten years: a time-out that does not come, and makes the kernel end the sleep for every handled signal. */
static const int64_t very_long_ns = 10LL * 365 * 86400 * NS_PER_S;

#if defined(__x86_64__)
static const char vdso_name[] = "__vdso_clock_gettime";

long kernel_call(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
static const char vdso_name[] = "__kernel_clock_gettime";

long kernel_call(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory", "cc");
    return x0;
}
#else
#error "system calls of this machine are not known here"
#endif

long kernel_call_errno(long number, long a, long b, long c, long d, long e, long f)
{
    long result = kernel_call(number, a, b, c, d, e, f);
    if (result >= 0 || result < -4095)
        return result;
    errno = (int)-result;
    return -1;
}

/* ---- the vDSO */

typedef int clock_gettime_call(clockid_t clock, struct timespec *now);

struct image {
    uintptr_t base; /* what addresses in it are relative to */
    const ElfW(Sym) * symbols;
    const char *names;
    const uint32_t *hash;
    const uint32_t *gnu_hash;
};

static int by_system_call(clockid_t clock, struct timespec *now)
{
    return (int)kernel_call(SYS_clock_gettime, clock, (long)now, 0, 0, 0, 0);
}

static bool read_dynamic(struct image *image, const ElfW(Dyn) * at)
{
    for (; at->d_tag != DT_NULL; at++) {
        /* glibc may or may not have made these addresses absolute */
        uintptr_t value = at->d_un.d_ptr, where = value < image->base ? image->base + value : value;
        if (at->d_tag == DT_SYMTAB)
            image->symbols = (const void *)where;
        else if (at->d_tag == DT_STRTAB)
            image->names = (const void *)where;
        else if (at->d_tag == DT_HASH)
            image->hash = (const void *)where;
        else if (at->d_tag == DT_GNU_HASH)
            image->gnu_hash = (const void *)where;
    }
    return image->symbols != NULL && image->names != NULL;
}

static bool read_image(struct image *image, uintptr_t header_at)
{
    const ElfW(Ehdr) *header = (const void *)header_at;
    const ElfW(Phdr) *part = (const void *)(header_at + header->e_phoff);
    const ElfW(Dyn) *dynamic = NULL;
    for (int i = 0; i < header->e_phnum; i++) {
        if (part[i].p_type == PT_LOAD && image->base == 0)
            image->base = header_at + part[i].p_offset - part[i].p_vaddr;
        else if (part[i].p_type == PT_DYNAMIC)
            dynamic = (const void *)(header_at + part[i].p_offset);
    }
    return dynamic != NULL && read_dynamic(image, dynamic);
}

/* The old table says how many symbols there are; of the new one the longest chain is walked to its end. */
static uint32_t symbol_count(const struct image *image)
{
    if (image->hash != NULL)
        return image->hash[1];
    if (image->gnu_hash == NULL)
        return 0;
    const uint32_t *table = image->gnu_hash;
    uint32_t buckets = table[0], first = table[1], words = table[2], last = 0;
    const uint32_t *bucket = table + 4 + words * (sizeof(ElfW(Addr)) / sizeof *table);
    const uint32_t *chain = bucket + buckets;
    for (uint32_t i = 0; i < buckets; i++)
        last = bucket[i] > last ? bucket[i] : last;
    if (last < first)
        return first;
    while ((chain[last - first] & 1) == 0)
        last++;
    return last + 1;
}

static clock_gettime_call *find_in_vdso(void)
{
    struct image image = {0};
    uintptr_t header_at = getauxval(AT_SYSINFO_EHDR);
    if (header_at == 0 || !read_image(&image, header_at))
        return by_system_call;
    uint32_t count = symbol_count(&image);
    for (uint32_t i = 0; i < count; i++)
        if (image.symbols[i].st_shndx != SHN_UNDEF &&
            strcmp(image.names + image.symbols[i].st_name, vdso_name) == 0)
            return (clock_gettime_call *)(image.base + image.symbols[i].st_value);
    return by_system_call;
}

int kernel_clock(clockid_t clock, struct timespec *ret_now)
{
    static _Atomic(clock_gettime_call *) found;
    clock_gettime_call *call = atomic_load_explicit(&found, memory_order_relaxed);
    if (call == NULL) {
        call = find_in_vdso();
        atomic_store_explicit(&found, call, memory_order_relaxed);
    }
    return call(clock, ret_now);
}

/* ---- clock_kernel.h */

static int64_t read_ns(clockid_t clock)
{
    struct timespec now;
    kernel_clock(clock, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t kernel_mono_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

int64_t kernel_wall_ns(void)
{
    return read_ns(CLOCK_REALTIME);
}

long kernel_futex_sleep(_Atomic uint32_t *word, uint32_t value, int64_t for_ns)
{
    int64_t ns = for_ns < very_long_ns ? for_ns : very_long_ns;
    struct timespec left = {.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
    return kernel_call(SYS_futex, (long)word, FUTEX_WAIT, value, (long)&left, 0, 0);
}

void kernel_futex_wait(_Atomic uint32_t *word, uint32_t value, int64_t for_ns)
{
    kernel_futex_sleep(word, value, for_ns);
}

void kernel_futex_wake(_Atomic uint32_t *word)
{
    kernel_call(SYS_futex, (long)word, FUTEX_WAKE, INT32_MAX, 0, 0, 0);
}
