/* One list, walked by the address of each link so that an element can be taken out. */
#include "wishes.h"

#include <string.h>

#include "clock_page.h"

void wish_add(struct wish **list, struct wish *wish)
{
    wish->next = *list;
    *list = wish;
}

typedef bool wish_test(const struct wish *wish, int64_t moment);

static bool is_for_rest(const struct wish *wish, int64_t unused)
{
    (void)unused;
    return wish->to_ns == CLOCK_PAGE_NEVER;
}

static bool has_come(const struct wish *wish, int64_t now_ns)
{
    return wish->to_ns <= now_ns;
}

static bool is_late(const struct wish *wish, int64_t real_us)
{
    return wish->until_real_us <= real_us;
}

/* No reason: fulfilled. */
static size_t end(struct wish **list, wish_test *test, int64_t moment, const char *reason)
{
    size_t count = 0;
    while (*list != NULL) {
        struct wish *wish = *list;
        if (!test(wish, moment)) {
            list = &wish->next;
            continue;
        }
        *list = wish->next;
        count++;
        wish->fulfilled = reason == NULL;
        memccpy(wish->reason, reason == NULL ? "" : reason, '\0', sizeof wish->reason - 1);
        wish->over = true;
    }
    return count;
}

size_t wishes_end_rested(struct wish **list)
{
    return end(list, is_for_rest, 0, NULL);
}

size_t wishes_end_come(struct wish **list, int64_t now_ns)
{
    return end(list, has_come, now_ns, NULL);
}

size_t wishes_end_late(struct wish **list, int64_t real_us, const char *reason)
{
    return end(list, is_late, real_us, reason);
}
