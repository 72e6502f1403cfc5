/* Reads and moves the time of the page. An era says where time was at one real moment and whether it runs. */
#include "clock_page.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock_kernel.h"

enum { STOP_AHEAD_NS = 1000000 };

static const char magic[8] = {'o', 't', 'p', 'c', 'l', 'o', 'c', 'k'};

const char *clock_page_problem_text(enum clock_page_problem problem)
{
    static const char *const texts[] = {"is fine",
                                        "is missing",
                                        "cannot be opened for writing",
                                        "is truncated",
                                        "is of another version",
                                        "is no clock page"};
    return texts[problem];
}

static struct clock_page *map(int fd, enum clock_page_problem *problem)
{
    void *at = mmap(NULL, sizeof(struct clock_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED)
        return at;
    *problem = CLOCK_PAGE_FORBIDDEN;
    return NULL;
}

static void begin(struct clock_page *page, const struct clock_page_start *start)
{
    memcpy(page->magic, magic, sizeof magic);
    page->version = CLOCK_PAGE_VERSION;
    page->size_bytes = sizeof *page;
    if (getrandom(&page->id, sizeof page->id, GRND_NONBLOCK) != sizeof page->id)
        page->id = (uint64_t)kernel_mono_ns() ^ (uint64_t)getpid() << 40;
    page->eras[0].mono_ns = start->mono_ns;
    page->eras[0].real_ns = kernel_mono_ns();
    page->eras[0].runs = start->runs;
    page->wall_minus_mono_ns = start->wall_ns - start->mono_ns;
}

struct clock_page *clock_page_create(const char *path, const struct clock_page_start *start,
                                     enum clock_page_problem *ret_problem)
{
    struct clock_page *page = NULL;
    *ret_problem = CLOCK_PAGE_FORBIDDEN;
    if (unlink(path) != 0 && errno != ENOENT)
        return NULL;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return NULL;
    /* all of it now, so that a full disk is an error here and no SIGBUS later */
    if (posix_fallocate(fd, 0, sizeof *page) == 0)
        page = map(fd, ret_problem);
    close(fd);
    if (page == NULL) {
        unlink(path);
        return NULL;
    }
    begin(page, start);
    *ret_problem = CLOCK_PAGE_FINE;
    return page;
}

static enum clock_page_problem judge(const struct clock_page *page)
{
    if (memcmp(page->magic, magic, sizeof magic) != 0)
        return CLOCK_PAGE_NO_PAGE;
    if (page->version != CLOCK_PAGE_VERSION || page->size_bytes != sizeof *page)
        return CLOCK_PAGE_OTHER_VERSION;
    return CLOCK_PAGE_FINE;
}

struct clock_page *clock_page_attach(const char *path, enum clock_page_problem *ret_problem)
{
    struct stat file;
    struct clock_page *page = NULL;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    *ret_problem = CLOCK_PAGE_TRUNCATED;
    if (fd < 0) {
        *ret_problem = errno == ENOENT || errno == ENOTDIR ? CLOCK_PAGE_MISSING : CLOCK_PAGE_FORBIDDEN;
        return NULL;
    }
    if (fstat(fd, &file) == 0 && !S_ISREG(file.st_mode))
        *ret_problem = CLOCK_PAGE_NO_PAGE;
    else if (file.st_size >= (off_t)sizeof *page)
        page = map(fd, ret_problem);
    close(fd);
    if (page == NULL)
        return NULL;
    *ret_problem = judge(page);
    if (*ret_problem == CLOCK_PAGE_FINE)
        return page;
    clock_page_detach(page);
    return NULL;
}

void clock_page_detach(struct clock_page *page)
{
    if (page != NULL)
        munmap(page, sizeof *page);
}

/* The real clock is read between two looks at the era's number: so no answer is later than the moment at
 * which time was stopped, and the next answer is not earlier. */
int64_t clock_page_mono_ns(const struct clock_page *page)
{
    for (;;) {
        uint32_t number = atomic_load_explicit(&page->era, memory_order_acquire);
        const struct clock_era *era = &page->eras[number % CLOCK_ERAS];
        int64_t mono_ns = era->mono_ns;
        if (era->runs)
            mono_ns += kernel_mono_ns() - era->real_ns;
        atomic_thread_fence(memory_order_acquire);
        if (atomic_load_explicit(&page->era, memory_order_relaxed) == number)
            return mono_ns + atomic_load_explicit(&page->creep_ns, memory_order_relaxed);
    }
}

static int64_t wall_ahead_ns(const struct clock_page *page, uint32_t party)
{
    int64_t skew_ns = party < CLOCK_PARTIES_MAX ? page->parties[party].wall_skew_ns : 0;
    return page->wall_minus_mono_ns + skew_ns;
}

int64_t clock_page_wall_ns(const struct clock_page *page, uint32_t party)
{
    return clock_page_mono_ns(page) + wall_ahead_ns(page, party);
}

int64_t clock_page_mono_of_wall_ns(const struct clock_page *page, uint32_t party, int64_t wall_ns)
{
    int64_t mono_ns;
    if (__builtin_sub_overflow(wall_ns, wall_ahead_ns(page, party), &mono_ns))
        return wall_ns > 0 ? CLOCK_PAGE_NEVER : 0;
    return mono_ns;
}

bool clock_page_runs(const struct clock_page *page)
{
    return page->eras[page->era % CLOCK_ERAS].runs;
}

int64_t clock_page_real_left_ns(const struct clock_page *page, int64_t due_ns)
{
    int64_t now_ns = clock_page_mono_ns(page);
    if (due_ns <= now_ns)
        return 0;
    return due_ns == CLOCK_PAGE_NEVER || !clock_page_runs(page) ? CLOCK_PAGE_NEVER : due_ns - now_ns;
}

void clock_page_creep(struct clock_page *page, int64_t ns)
{
    if (ns > 0)
        atomic_fetch_add(&page->creep_ns, ns);
}

static void publish(struct clock_page *page, int64_t mono_ns, int64_t real_ns, bool runs)
{
    uint32_t number = page->era;
    struct clock_era *era = &page->eras[(number + 1) % CLOCK_ERAS];
    era->mono_ns = mono_ns;
    era->real_ns = real_ns;
    era->runs = runs;
    atomic_store_explicit(&page->era, number + 1, memory_order_release);
    /* Whoever armed a slot before it saw this is seen by whoever looks through the slots after this. */
    atomic_thread_fence(memory_order_seq_cst);
}

/* Where time is at that real moment, without what was crept. */
static int64_t mono_at(const struct clock_page *page, int64_t real_ns)
{
    const struct clock_era *era = &page->eras[page->era % CLOCK_ERAS];
    return era->mono_ns + (era->runs ? real_ns - era->real_ns : 0);
}

/* Nobody may have seen a later time than the one at which it stops. So it stops where it will be in a moment;
 * when this thread was kept waiting so long that the moment had gone by before the others could see it,
 * again. */
static void stop(struct clock_page *page, int64_t mono_ns)
{
    bool late = true;
    for (int tries = 0; late && tries < 100; tries++) {
        struct clock_era before = {.mono_ns = mono_at(page, 0), .runs = clock_page_runs(page)};
        int64_t real_ns = kernel_mono_ns() + (before.runs ? STOP_AHEAD_NS : 0);
        int64_t least_ns = mono_at(page, real_ns);
        publish(page, mono_ns > least_ns ? mono_ns : least_ns, real_ns, false);
        late = before.runs && kernel_mono_ns() > real_ns;
        if (late)
            publish(page, before.mono_ns, 0, true);
    }
}

void clock_page_set(struct clock_page *page, int64_t mono_ns, bool runs)
{
    int64_t without_creep_ns = mono_ns - page->creep_ns;
    if (!runs) {
        stop(page, without_creep_ns);
        return;
    }
    int64_t real_ns = kernel_mono_ns(), least_ns = mono_at(page, real_ns);
    publish(page, without_creep_ns > least_ns ? without_creep_ns : least_ns, real_ns, true);
}

void clock_page_set_wall_ns(struct clock_page *page, int64_t wall_ns)
{
    page->wall_minus_mono_ns = wall_ns - clock_page_mono_ns(page);
}

uint32_t clock_page_add_party(struct clock_page *page, const char *name, enum clock_role role)
{
    uint32_t count = page->party_count;
    for (uint32_t i = 0; i < count; i++)
        if (strncmp(page->parties[i].name, name, CLOCK_PARTY_NAME_BYTES - 1) == 0)
            return i;
    if (count == CLOCK_PARTIES_MAX)
        return count;
    struct clock_party *party = &page->parties[count];
    memccpy(party->name, name, '\0', CLOCK_PARTY_NAME_BYTES - 1);
    party->role = role;
    atomic_store(&page->party_count, count + 1);
    return count;
}

void clock_page_set_skew_ns(struct clock_page *page, uint32_t party, int64_t skew_ns)
{
    if (party < CLOCK_PARTIES_MAX)
        page->parties[party].wall_skew_ns = skew_ns;
}
