/* Reads /proc/PID/maps line by line, and the headers of /proc/PID/exe. */
#include "clock_census.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "program_file.h"
#include "text.h"

enum { LINE_BYTES = 4608 };

const char *clock_verdict_text(enum clock_verdict verdict)
{
    static const char *const texts[] = {"",
                                        "Go",
                                        "static binary",
                                        "started without the library",
                                        "the page could not be joined",
                                        "of another user: cannot be looked at"};
    return texts[verdict];
}

struct clock_census *clock_census_new(const char *page_path)
{
    struct clock_census *census = mem_new(sizeof *census);
    struct stat file = {0};
    const char *slash = strrchr(page_path, '/');
    stat(page_path, &file);
    census->page_inode = file.st_ino;
    census->page_name = mem_string(slash == NULL ? page_path : slash + 1);
    census->entries = mem_new_array(CLOCK_CENSUS_MAX, sizeof *census->entries);
    return census;
}

void clock_census_free(struct clock_census *census)
{
    if (census == NULL)
        return;
    mem_free(census->page_name);
    mem_free(census->entries);
    mem_free(census);
}

struct mapped {
    bool page, library;
};

/* "7f00-7f01 rw-s 00000000 00:1f 1234    /tmp/clock": the number of the file and its name, and not the number
 * of its device, which differs from stat's on some file systems. A removed file has " (deleted)" behind. */
static void read_line(const struct clock_census *census, struct text line, struct mapped *found)
{
    struct text rest = line, field = TEXT_NONE;
    int64_t inode = 0;
    for (int i = 0; i < 5; i++)
        if (!text_split(&rest, ' ', &field))
            return;
    rest = text_trim(rest);
    if (text_ends(rest, " (deleted)"))
        rest = text_first(rest, rest.len - strlen(" (deleted)"));
    text_to_int(field, 0, INT64_MAX, &inode);
    if (text_ends(rest, "/" CLOCK_CENSUS_LIBRARY))
        found->library = true;
    if ((uint64_t)inode == census->page_inode && text_ends(rest, census->page_name))
        found->page = true;
}

static bool read_maps(const struct clock_census *census, int fd, struct mapped *found)
{
    char text[LINE_BYTES];
    size_t len = 0;
    ssize_t got;
    while ((got = read(fd, text + len, sizeof text - len)) > 0) {
        struct text rest = text_span(text, len + (size_t)got);
        for (size_t end = text_find(rest, '\n'); end < rest.len; end = text_find(rest, '\n')) {
            read_line(census, text_first(rest, end), found);
            rest = text_from(rest, end + 1);
        }
        len = rest.len < sizeof text ? rest.len : 0; /* no line is that long */
        memmove(text, rest.at, len);
    }
    return got == 0;
}

bool clock_census_judge(const struct clock_census *census, pid_t pid, enum clock_verdict *ret)
{
    char path[PROC_PATH_BYTES];
    struct program_file program = {0};
    struct mapped found = {0};
    int exe = open(proc_path(pid, 0, "exe", path), O_RDONLY | O_CLOEXEC);
    if (exe < 0) {
        *ret = CLOCK_VERDICT_HIDDEN;
        return errno == EACCES || errno == EPERM;
    }
    program_file_read(exe, &program);
    close(exe);
    int maps = open(proc_path(pid, 0, "maps", path), O_RDONLY | O_CLOEXEC);
    bool fine = maps >= 0 && read_maps(census, maps, &found);
    if (maps >= 0)
        close(maps);
    *ret = program.is_go       ? CLOCK_VERDICT_GO
           : found.page        ? CLOCK_VERDICT_VIRTUAL
           : program.is_static ? CLOCK_VERDICT_STATIC
           : found.library     ? CLOCK_VERDICT_NOT_JOINED
                               : CLOCK_VERDICT_NO_LIBRARY;
    return fine;
}

/* ---- the list */

static void note_party(const struct clock_page *page, struct timekeeper_process *told)
{
    uint32_t used = page->slots_used;
    for (uint32_t i = 0; i < used; i++) {
        uint32_t party = page->slots[i].party;
        if (page->slots[i].pid != told->pid || party >= CLOCK_PARTIES_MAX)
            continue;
        memcpy(told->party, page->parties[party].name, sizeof told->party);
        return;
    }
}

static void judge(struct clock_census *census, const struct clock_page *page,
                  struct clock_census_entry *entry)
{
    enum clock_verdict verdict;
    if (clock_census_judge(census, entry->told.pid, &verdict)) {
        entry->told.is_virtual = verdict == CLOCK_VERDICT_VIRTUAL;
        entry->told.reason = clock_verdict_text(verdict);
    }
    note_party(page, &entry->told);
}

static struct clock_census_entry *find(struct clock_census *census, const struct stack_process *process)
{
    for (size_t i = census->count; i-- > 0;)
        if (census->entries[i].told.pid == process->pid &&
            census->entries[i].start_ticks == process->start_ticks)
            return &census->entries[i];
    return NULL;
}

static void meet(struct clock_census *census, const struct clock_page *page,
                 const struct stack_process *process, bool again)
{
    struct clock_census_entry *entry = find(census, process);
    if (!process->alive || (entry == NULL && census->count == CLOCK_CENSUS_MAX))
        return;
    bool known = entry != NULL && memcmp(entry->program, process->name, PROC_NAME_BYTES) == 0;
    if (known && !again)
        return;
    if (entry == NULL) {
        entry = &census->entries[census->count++];
        entry->start_ticks = process->start_ticks;
        entry->told = (struct timekeeper_process){.pid = process->pid, .reason = "ended at once"};
    }
    memcpy(entry->program, process->name, PROC_NAME_BYTES);
    memcpy(entry->told.name, process->name, PROC_NAME_BYTES);
    judge(census, page, entry);
}

void clock_census_look(struct clock_census *census, const struct clock_page *page,
                       const struct stack_threads *stack)
{
    for (size_t i = 0; i < stack->process_count; i++)
        meet(census, page, &stack->processes[i], false);
}

void clock_census_refresh(struct clock_census *census, const struct clock_page *page,
                          const struct stack_threads *stack)
{
    for (size_t i = 0; i < stack->process_count; i++)
        meet(census, page, &stack->processes[i], true);
}

static bool lives(const struct stack_threads *stack, const struct clock_census_entry *entry)
{
    for (size_t i = 0; i < stack->process_count; i++)
        if (stack->processes[i].pid == entry->told.pid &&
            stack->processes[i].start_ticks == entry->start_ticks)
            return stack->processes[i].alive;
    return false;
}

void clock_census_forget_dead(struct clock_census *census, const struct stack_threads *stack)
{
    size_t kept = 0;
    for (size_t i = 0; i < census->count; i++)
        if (lives(stack, &census->entries[i]))
            census->entries[kept++] = census->entries[i];
    census->count = kept;
}
