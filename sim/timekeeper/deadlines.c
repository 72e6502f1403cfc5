/* Reads slots that others write: a deadline is read once and used as it was. */
#include "deadlines.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "mem.h"

struct deadlines *deadlines_new(struct clock_page *page)
{
    struct deadlines *open = mem_new(sizeof *open);
    open->page = page;
    open->wake_fd = clock_wake_socket();
    open->woken_ns = mem_new_array(CLOCK_SLOTS_MAX, sizeof *open->woken_ns);
    return open;
}

void deadlines_free(struct deadlines *open)
{
    if (open == NULL)
        return;
    if (open->wake_fd >= 0)
        close(open->wake_fd);
    mem_free(open->facts);
    mem_free(open->woken_ns);
    mem_free(open);
}

static struct jump_fact *new_fact(struct deadlines *open)
{
    if (open->count == open->room) {
        open->room = open->room == 0 ? 64 : open->room * 2;
        open->facts = mem_resize(open->facts, open->room * sizeof *open->facts);
    }
    struct jump_fact *fact = &open->facts[open->count++];
    *fact = (struct jump_fact){.slot = CLOCK_NO_SLOT, .process = ""};
    return fact;
}

static enum clock_role role_of(const struct clock_page *page, uint32_t party)
{
    return party < CLOCK_PARTIES_MAX ? (enum clock_role)page->parties[party].role : CLOCK_ROLE_BACKEND;
}

const char *deadlines_party(const struct deadlines *open, uint32_t party)
{
    return party < CLOCK_PARTIES_MAX ? open->page->parties[party].name : "";
}

static bool is_open(const struct clock_slot *slot, int64_t due_ns)
{
    return slot->pid != 0 && due_ns != CLOCK_PAGE_NEVER && slot->wait != CLOCK_WAIT_NONE &&
           slot->wait != CLOCK_WAIT_PROCESS;
}

bool deadlines_owner_waits(const struct deadlines *open)
{
    uint32_t used = open->page->slots_used;
    for (uint32_t i = 0; i < used; i++) {
        const struct clock_slot *slot = &open->page->slots[i];
        if (is_open(slot, slot->due_ns) && role_of(open->page, slot->party) == CLOCK_ROLE_OWNER)
            return true;
    }
    return false;
}

static uint32_t owed_by(const struct clock_page *page, uint32_t process_slot, int32_t pid)
{
    if (process_slot >= CLOCK_SLOTS_MAX || page->slots[process_slot].pid != pid)
        return 0;
    return page->slots[process_slot].owes;
}

static void add_slot(struct deadlines *open, struct stack_threads *stack, uint32_t number)
{
    const struct clock_slot *slot = &open->page->slots[number];
    int64_t due_ns = slot->due_ns;
    if (!is_open(slot, due_ns))
        return;
    const struct stack_process *process = stack_threads_process(stack, slot->pid);
    struct jump_fact *fact = new_fact(open);
    fact->due_ns = due_ns;
    fact->length_ns = slot->length_ns;
    fact->party = slot->party;
    fact->role = role_of(open->page, slot->party);
    fact->process = process == NULL ? "" : process->name;
    fact->pid = slot->pid;
    fact->tid = slot->tid;
    fact->slot = number;
    fact->alike = slot->alike;
    fact->owes = owed_by(open->page, slot->process, slot->pid);
    fact->advancing = slot->advancing != 0;
    fact->woken = open->woken_ns[number] == due_ns;
}

void deadlines_gather(struct deadlines *open, struct stack_threads *stack)
{
    uint32_t used = open->page->slots_used;
    open->count = 0;
    for (uint32_t i = 0; i < used; i++) {
        if (open->page->slots[i].due_ns == CLOCK_PAGE_NEVER)
            open->woken_ns[i] = 0; /* it went on: the same deadline may come again */
        add_slot(open, stack, i);
    }
}

void deadlines_add_advance(struct deadlines *open, int64_t to_ns, uint32_t party)
{
    struct jump_fact *fact = new_fact(open);
    fact->due_ns = to_ns;
    fact->role = CLOCK_ROLE_OWNER;
    fact->party = party;
    fact->advancing = true;
}

void deadlines_wake(struct deadlines *open, size_t which)
{
    struct jump_fact *fact = &open->facts[which];
    if (fact->slot == CLOCK_NO_SLOT || fact->woken)
        return;
    fact->woken = true;
    open->woken_ns[fact->slot] = fact->due_ns;
    clock_slot_wake(open->page, fact->slot, open->wake_fd);
}

void deadlines_wake_everybody(struct deadlines *open)
{
    clock_slots_wake_all(open->page, open->wake_fd);
}

void deadlines_sweep(struct deadlines *open, struct stack_threads *stack)
{
    uint32_t used = open->page->slots_used;
    bool changed = open->swept != stack->changes;
    open->swept = stack->changes;
    for (uint32_t i = 0; i < used; i++) {
        const struct clock_slot *slot = &open->page->slots[i];
        int32_t pid = slot->pid, tid = slot->tid;
        if (pid == 0 || pid == stack->self)
            continue;
        const struct stack_process *process = stack_threads_process(stack, pid);
        if (process == NULL ? kill(pid, 0) != 0 && errno == ESRCH : !process->alive)
            clock_slots_free_of(open->page, pid);
        else if (changed && tid != 0 && !stack_threads_has(stack, pid, tid))
            clock_slot_free(open->page, i);
    }
}
