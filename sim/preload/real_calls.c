/* Looks the real functions up, by one table. */
#include "real_calls.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

struct real_calls real_calls_found;
atomic_bool real_calls_known;

/* The condition variables of 2003 have the names of older, smaller ones, which dlsym would find first. */
static const char cond_version[] = "GLIBC_2.3.2";

static const struct {
    const char *name;
    size_t at;
} wanted[] = {
#define REAL(result, name, parameters) {#name, offsetof(struct real_calls, name)},
#include "real_calls.def"
#undef REAL
};

void real_calls_find(void)
{
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        void *found = dlvsym(RTLD_NEXT, wanted[i].name, cond_version);
        if (found == NULL)
            found = dlsym(RTLD_NEXT, wanted[i].name);
        memcpy((char *)&real_calls_found + wanted[i].at, &found, sizeof found);
    }
    atomic_store_explicit(&real_calls_known, true, memory_order_release);
}
