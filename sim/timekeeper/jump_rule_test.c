/* The rule as tables: who counts, where a jump goes, in which order the due are woken. */
#include "jump_rule.h"

#include "test_support.h"

#define MS INT64_C(1000000)

enum { FACTS = 4 };

/* One deadline: times in ms. */
#define BACKEND(due)                                                                                         \
    {                                                                                                        \
        .role = CLOCK_ROLE_BACKEND, .due_ns = (due)*MS, .length_ns = 600000 * MS                             \
    }
#define SIMULATOR(due)                                                                                       \
    {                                                                                                        \
        .role = CLOCK_ROLE_SIMULATOR, .due_ns = (due)*MS, .length_ns = 600000 * MS                           \
    }
#define PROGRESS(due)                                                                                        \
    {                                                                                                        \
        .role = CLOCK_ROLE_SIMULATOR, .due_ns = (due)*MS, .length_ns = 20 * MS, .alike = 3                   \
    }
#define STORE(due, owing)                                                                                    \
    {                                                                                                        \
        .role = CLOCK_ROLE_STORE, .due_ns = (due)*MS, .length_ns = 5000 * MS, .owes = (owing)                \
    }
#define CRON(due, owing)                                                                                     \
    {                                                                                                        \
        .role = CLOCK_ROLE_STORE, .due_ns = (due)*MS, .length_ns = 100 * MS, .alike = 7, .owes = (owing)     \
    }
#define LOOP(due)                                                                                            \
    {                                                                                                        \
        .role = CLOCK_ROLE_BACKEND, .due_ns = (due)*MS, .length_ns = 100 * MS, .alike = 1                    \
    }
#define WAIT(due)                                                                                            \
    {                                                                                                        \
        .role = CLOCK_ROLE_OWNER, .due_ns = (due)*MS, .length_ns = 100 * MS, .alike = 9                      \
    }
#define ADVANCE(due)                                                                                         \
    {                                                                                                        \
        .role = CLOCK_ROLE_OWNER, .due_ns = (due)*MS, .advancing = true                                      \
    }
#define BLOCKED(due)                                                                                         \
    {                                                                                                        \
        .role = CLOCK_ROLE_BACKEND, .due_ns = (due)*MS, .woken = true                                        \
    }

struct row {
    const char *why;
    struct jump_fact facts[FACTS]; /* up to the first with due 0 */
    enum jump_kind kind;
    size_t which;
    int64_t to_ms;
};

/* It is 1000 ms. */
static const struct row rows[] = {
    {"nobody waits for anything", {{0}}, JUMP_NOTHING, 0, 0},
    {"the owner does not wait: nothing moves", {BACKEND(2000), SIMULATOR(1500)}, JUMP_NOTHING, 0, 0},
    {"the backend's deadline lies before the step's limit", {WAIT(9000), BACKEND(3000)}, JUMP_MOVE, 1, 3000},
    {"the simulator's counts as well", {WAIT(9000), BACKEND(3000), SIMULATOR(2000)}, JUMP_MOVE, 2, 2000},
    {"also when message after message is reported as soon as the one before",
     {WAIT(9000), BACKEND(3000), PROGRESS(1020)},
     JUMP_MOVE,
     2,
     1020},
    {"the step's own limit bounds the jump", {BACKEND(60000), WAIT(9000)}, JUMP_MOVE, 1, 9000},
    {"of two limits the earlier", {WAIT(9000), WAIT(8000), BACKEND(60000)}, JUMP_MOVE, 1, 8000},
    {"at one moment the backend's goes first", {WAIT(3000), BACKEND(3000)}, JUMP_MOVE, 1, 3000},
    {"a store that owes nothing bounds nothing",
     {WAIT(9000), STORE(2000, 0), BACKEND(3000)},
     JUMP_MOVE,
     2,
     3000},
    {"a store that owes an answer does", {WAIT(9000), STORE(2000, 1), BACKEND(3000)}, JUMP_MOVE, 1, 2000},
    {"then its housekeeping too", {WAIT(9000), CRON(1100, 1), BACKEND(3000)}, JUMP_MOVE, 1, 1100},
    {"otherwise not", {WAIT(9000), CRON(1100, 0), BACKEND(3000)}, JUMP_MOVE, 2, 3000},
    {"a loop beside a real deadline is housekeeping",
     {WAIT(9000), LOOP(1100), BACKEND(3000)},
     JUMP_MOVE,
     2,
     3000},
    {"a loop alone may poll for what is awaited", {WAIT(9000), LOOP(1100)}, JUMP_MOVE, 1, 1100},
    {"also beside a store's", {WAIT(9000), LOOP(1200), CRON(1100, 0)}, JUMP_MOVE, 1, 1200},
    {"an advance awaits nothing: loops are passed", {ADVANCE(9000), LOOP(1100)}, JUMP_MOVE, 0, 9000},
    {"an advance stops at what counts", {ADVANCE(9000), LOOP(1100), BACKEND(3000)}, JUMP_MOVE, 2, 3000},
    {"an advance is never stuck", {ADVANCE(9000)}, JUMP_MOVE, 0, 9000},
    {"a wait that ends before the advance decides",
     {ADVANCE(9000), WAIT(5000), LOOP(1100)},
     JUMP_MOVE,
     2,
     1100},
    {"nothing can happen any more", {WAIT(9000)}, JUMP_STUCK, 0, 9000},
    {"a passive store does not help", {CRON(1100, 0), STORE(2000, 0), WAIT(9000)}, JUMP_STUCK, 2, 9000},
    {"nor one who is due and blocked", {BLOCKED(900), WAIT(9000)}, JUMP_STUCK, 1, 9000},
    {"passive ones first, though later in order",
     {BACKEND(900), CRON(950, 0), WAIT(9000)},
     JUMP_WAKE_PASSIVE,
     0,
     0},
    {"a loop beside a real deadline is passive",
     {BACKEND(2000), LOOP(1000), WAIT(9000)},
     JUMP_WAKE_PASSIVE,
     0,
     0},
    {"a loop that counts is woken as one who counts", {LOOP(1000), WAIT(9000)}, JUMP_WAKE_ONE, 0, 0},
    {"the due ones by moment", {BACKEND(1000), BACKEND(900), WAIT(9000)}, JUMP_WAKE_ONE, 1, 0},
    {"the due are woken without an owner that waits", {BACKEND(1000)}, JUMP_WAKE_ONE, 0, 0},
    {"the owner last", {WAIT(900), BACKEND(1000)}, JUMP_WAKE_ONE, 1, 0},
    {"the owner, when nobody else is due", {WAIT(1000), BACKEND(1001)}, JUMP_WAKE_OWNER, 0, 0},
    {"who was woken is not woken again", {BLOCKED(900), WAIT(1000)}, JUMP_WAKE_OWNER, 0, 0},
};

static size_t count_facts(const struct row *row)
{
    size_t count = 0;
    while (count < FACTS && row->facts[count].due_ns != 0)
        count++;
    return count;
}

static void what_counts_decides_the_next_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct jump_fact facts[FACTS];
        memcpy(facts, rows[i].facts, sizeof facts);
        for (size_t fact = 0; fact < FACTS; fact++)
            facts[fact].process = "node";
        struct jump_step step = jump_rule_next(facts, count_facts(&rows[i]), 1000 * MS);
        if (step.kind != rows[i].kind || step.which != rows[i].which || step.to_ns != rows[i].to_ms * MS)
            fail_msg("%s: kind %d, fact %zu, to %lld ms", rows[i].why, (int)step.kind, step.which,
                     (long long)step.to_ns / MS);
    }
}

/* Each row goes before the one below it. */
static void what_is_due_at_one_moment_has_one_order(void **state)
{
    (void)state;
    static const struct jump_fact ordered[] = {
        {.due_ns = 1, .party = 3, .process = "z", .pid = 9, .tid = 9, .slot = 9},
        {.due_ns = 2, .party = 1, .process = "z", .pid = 9, .tid = 9, .slot = 8},
        {.due_ns = 2, .party = 2, .process = "a", .pid = 9, .tid = 9, .slot = 7},
        {.due_ns = 2, .party = 2, .process = "b", .pid = 7, .tid = 9, .slot = 6},
        {.due_ns = 2, .party = 2, .process = "b", .pid = 8, .tid = 3, .slot = 5},
        {.due_ns = 2, .party = 2, .process = "b", .pid = 8, .tid = 4, .slot = 4},
        {.due_ns = 2, .party = 2, .process = "b", .pid = 8, .tid = 4, .length_ns = 1, .slot = 2},
        {.due_ns = 2, .party = 2, .process = "b", .pid = 8, .tid = 4, .length_ns = 1, .slot = 3},
    };
    enum { COUNT = COUNT_OF(ordered) };
    struct jump_fact facts[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        facts[COUNT - 1 - i] = ordered[i];
    for (size_t i = 0; i < COUNT; i++) {
        struct jump_step step = jump_rule_next(facts, COUNT, 5);
        assert_int_equal(step.kind, JUMP_WAKE_ONE);
        assert_int_equal(step.which, COUNT - 1 - i);
        facts[step.which].woken = true;
    }
}

static void only_a_short_wait_that_came_again_is_housekeeping(void **state)
{
    (void)state;
    static const struct {
        int64_t length_ns;
        uint32_t alike;
        bool is;
    } waits[] = {
        {INT64_C(250000000), 1, true},
        {INT64_C(250000001), 1, false},
        {INT64_C(100000000), 0, false},
        {INT64_C(100000000), 900, true},
    };
    for (size_t i = 0; i < COUNT_OF(waits); i++) {
        struct jump_fact fact = {.length_ns = waits[i].length_ns, .alike = waits[i].alike};
        assert_int_equal(jump_rule_is_housekeeping(&fact), waits[i].is);
    }
}

static void all_passive_ones_that_are_due_are_woken_together(void **state)
{
    (void)state;
    const struct jump_fact facts[] = {CRON(1100, 0), CRON(900, 0), BACKEND(900), STORE(1000, 0), WAIT(900)};
    const bool first[] = {false, true, false, true, false};
    for (size_t i = 0; i < COUNT_OF(facts); i++)
        assert_int_equal(jump_rule_wakes_first(facts, COUNT_OF(facts), 1000 * MS, i), first[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_counts_decides_the_next_step),
        cmocka_unit_test(what_is_due_at_one_moment_has_one_order),
        cmocka_unit_test(only_a_short_wait_that_came_again_is_housekeeping),
        cmocka_unit_test(all_passive_ones_that_are_due_are_woken_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
