/* clock_page: a small shared file with the time of a whole stack of processes, and who waits for what.
 *
 *     struct clock_page *page = clock_page_create(path, &start, &problem);         // whoever moves the clock
 *     struct clock_page *page = clock_page_attach(path, &problem);                 // everybody else
 *     int64_t now = clock_page_mono_ns(page);
 *     clock_page_detach(page);
 *
 * Time on the page is one number, nanoseconds of virtual monotonic time, and stands still or runs at real
 * speed. Wall time is that plus an offset, plus a skew of the party that asks (a fault of time); so wall time
 * may go back and monotonic time never does. Whoever waits for time takes a slot for the deadline
 * (clock_slots.h). The owner, one thread of one process, moves time (clock_page_set), everybody may read it
 * at any moment, also while the owner dies in mid-write: an era is written beside the present one and then
 * published. A thread that spins instead of sleeping moves time on by what it used (clock_page_creep).
 *
 * This file, clock_slots and clock_waker are also compiled into the preloaded library: they use no memory but
 * the page, no lock, and of the machine only clock_kernel.h. The file is trusted: only our programs write it;
 * magic, version and size are checked when it is attached. Its layout is the same for every program on one
 * machine; CLOCK_PAGE_VERSION changes with it. */
#ifndef CLOCK_PAGE_H
#define CLOCK_PAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* "PATH:PARTY": what a process finds in its environment; a path alone is party 0. */
#define CLOCK_PAGE_VARIABLE "TWILIO_SIM_CLOCK"

enum {
    CLOCK_PAGE_VERSION = 1,
    CLOCK_ERAS = 8,
    CLOCK_PARTIES_MAX = 32,
    CLOCK_PARTY_NAME_BYTES = 32,
    CLOCK_SLOTS_MAX = 16384,
};

/* A deadline that does not come. */
#define CLOCK_PAGE_NEVER INT64_MAX

/* What a party is to whoever moves the clock. */
enum clock_role {
    CLOCK_ROLE_BACKEND,   /* its deadlines bound every jump */
    CLOCK_ROLE_STORE,     /* only while it owes an answer */
    CLOCK_ROLE_SIMULATOR, /* its deadlines bound every jump */
    CLOCK_ROLE_OWNER, /* who moves the clock: jumps are made while one of its deadlines is open, up to it */
};

struct clock_party {
    char name[CLOCK_PARTY_NAME_BYTES]; /* "backend", "redis" */
    _Atomic uint32_t role;
    uint32_t unused;
    _Atomic int64_t wall_skew_ns;
};

struct clock_era {
    _Atomic int64_t mono_ns; /* when the era began */
    _Atomic int64_t real_ns; /* the real monotonic clock then */
    _Atomic uint32_t runs;   /* at real speed; else it stands still */
    uint32_t unused;
};

/* What a slot is for. */
enum clock_wait {
    CLOCK_WAIT_NONE,       /* not armed */
    CLOCK_WAIT_SLEEP,      /* a thread sleeps on the slot's own `wake` */
    CLOCK_WAIT_DESCRIPTOR, /* a thread waits on descriptors, and on a datagram to the slot's address */
    CLOCK_WAIT_BY_WAKER,   /* a condition, semaphore, lock or futex: its process's waker calls the thread */
    CLOCK_WAIT_TIMER,      /* timerfd, setitimer, timer_create, alarm: nobody waits, the waker fires it */
    CLOCK_WAIT_PROCESS,    /* no deadline: a process's own slot, on whose `wake` its waker sleeps */
};

/* Whether a deadline goes on when its process becomes another program: setitimer(2) does. */
enum clock_outlives {
    CLOCK_ENDS_AT_EXEC,
    CLOCK_OUTLIVES_EXEC,        /* and comes once */
    CLOCK_OUTLIVES_EXEC_REPEATS /* and again after each length_ns */
};

/* One deadline. 64 bytes: a line of the cache. */
struct clock_slot {
    _Atomic int64_t due_ns;    /* virtual monotonic; CLOCK_PAGE_NEVER: not armed */
    _Atomic int64_t length_ns; /* of the wait */
    _Atomic int32_t pid;       /* 0 = free */
    _Atomic int32_t tid;       /* 0 = nobody waits */
    _Atomic uint32_t wait;     /* enum clock_wait */
    _Atomic uint32_t party;
    _Atomic uint32_t wake;      /* futex */
    _Atomic uint32_t alike;     /* how often in a row a wait of this length ended by its time-out */
    _Atomic uint32_t process;   /* the slot of its process, for CLOCK_WAIT_BY_WAKER and _TIMER */
    _Atomic uint32_t owes;      /* of CLOCK_WAIT_PROCESS: requests read and not answered */
    _Atomic uint32_t advancing; /* of the owner: it lets time pass, nothing is awaited */
    _Atomic uint32_t outlives;  /* enum clock_outlives */
};

struct clock_page {
    char magic[8];
    uint32_t version;
    uint32_t size_bytes;
    uint64_t id; /* random: the addresses of the wake sockets carry it */
    _Atomic uint32_t era;
    _Atomic uint32_t party_count;
    _Atomic uint32_t slots_used;  /* no slot at or behind it was ever taken */
    _Atomic int32_t overflow_pid; /* a process that found no free slot and waits in real time; 0 = none */
    _Atomic int64_t creep_ns;     /* since the page was made */
    _Atomic int64_t wall_minus_mono_ns;
    struct clock_era eras[CLOCK_ERAS];
    struct clock_party parties[CLOCK_PARTIES_MAX];
    struct clock_slot slots[CLOCK_SLOTS_MAX];
};

struct clock_page_start {
    int64_t wall_ns;
    int64_t mono_ns;
    bool runs;
};

enum clock_page_problem {
    CLOCK_PAGE_FINE,
    CLOCK_PAGE_MISSING,
    CLOCK_PAGE_FORBIDDEN, /* not to be opened, made or mapped */
    CLOCK_PAGE_TRUNCATED,
    CLOCK_PAGE_OTHER_VERSION,
    CLOCK_PAGE_NO_PAGE, /* a file of another kind */
};

/* "is missing", "is of another version", … */
const char *clock_page_problem_text(enum clock_page_problem problem);

/* Makes the file (mode 0600; an existing one is replaced) and maps it. NULL with the problem. */
struct clock_page *clock_page_create(const char *path, const struct clock_page_start *start,
                                     enum clock_page_problem *ret_problem);
struct clock_page *clock_page_attach(const char *path, enum clock_page_problem *ret_problem);
void clock_page_detach(struct clock_page *page);

int64_t clock_page_mono_ns(const struct clock_page *page);
int64_t clock_page_wall_ns(const struct clock_page *page, uint32_t party);
/* The virtual monotonic moment at which that party's wall clock will show wall_ns; saturates. */
int64_t clock_page_mono_of_wall_ns(const struct clock_page *page, uint32_t party, int64_t wall_ns);
bool clock_page_runs(const struct clock_page *page);
/* How much real time may pass until virtual time is due_ns: CLOCK_PAGE_NEVER while time stands still, 0 when
 * it has come. */
int64_t clock_page_real_left_ns(const struct clock_page *page, int64_t due_ns);

/* ---- by a thread that spins */
void clock_page_creep(struct clock_page *page, int64_t ns);

/* ---- by the owner's one thread */

/* From now on time stands still at mono_ns, or runs from there; an earlier moment than now means now. Nobody
 * is woken: see clock_slots.h. */
void clock_page_set(struct clock_page *page, int64_t mono_ns, bool runs);
void clock_page_set_wall_ns(struct clock_page *page, int64_t wall_ns);
/* A new party, or the one of that name; CLOCK_PARTIES_MAX when there is no room. */
uint32_t clock_page_add_party(struct clock_page *page, const char *name, enum clock_role role);
void clock_page_set_skew_ns(struct clock_page *page, uint32_t party, int64_t skew_ns);

#endif
