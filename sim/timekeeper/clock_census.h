/* clock_census: on which clock each process of a stack is, and why not on ours.
 *
 *     struct clock_census *census = clock_census_new(page_path);
 *     clock_census_look(census, page, stack);         // after each rest: judges whom it does not know
 *     clock_census_refresh(census, page, stack);      // when somebody asks: judges the living again
 *     for (size_t i = 0; i < census->count; i++) ... census->entries[i].told ...
 *     clock_census_free(census);
 *
 * A process is on the page when it has mapped the page, or at least the library that does so, and is no Go
 * program: that maps the library if it uses C, and reads the real clock by itself all the same. Verdicts are
 * kept by pid and start, also when the process has ended. One that lives and dies between two rests is not
 * seen. A program's own call of the kernel for the time, past libc, is not seen either. One thread. */
#ifndef CLOCK_CENSUS_H
#define CLOCK_CENSUS_H

#include "clock_page.h"
#include "stack_threads.h"
#include "timekeeper.h"

#define CLOCK_CENSUS_LIBRARY "twilio-sim-preload.so"

enum { CLOCK_CENSUS_MAX = 1024 };

enum clock_verdict {
    CLOCK_VERDICT_VIRTUAL,
    CLOCK_VERDICT_GO,
    CLOCK_VERDICT_STATIC,
    CLOCK_VERDICT_NO_LIBRARY,
    CLOCK_VERDICT_NOT_JOINED, /* has the library, not the page */
    CLOCK_VERDICT_HIDDEN,     /* of another user */
};

struct clock_census_entry {
    uint64_t start_ticks;
    char program[PROC_NAME_BYTES]; /* when it was judged: exec makes another of it */
    struct timekeeper_process told;
};

struct clock_census {
    uint64_t page_inode;
    char *page_name; /* without its folder */
    struct clock_census_entry *entries;
    size_t count;
};

struct clock_census *clock_census_new(const char *page_path);
void clock_census_free(struct clock_census *census);

void clock_census_look(struct clock_census *census, const struct clock_page *page,
                       const struct stack_threads *stack);
void clock_census_refresh(struct clock_census *census, const struct clock_page *page,
                          const struct stack_threads *stack);

/* Keeps those that the stack still has. */
void clock_census_forget_dead(struct clock_census *census, const struct stack_threads *stack);

/* What one process maps and is; false when it has ended meanwhile. */
bool clock_census_judge(const struct clock_census *census, pid_t pid, enum clock_verdict *ret);
/* "" for CLOCK_VERDICT_VIRTUAL, "Go", "static binary", … */
const char *clock_verdict_text(enum clock_verdict verdict);

#endif
