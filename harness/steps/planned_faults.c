/* Which rule of a file is which rule at the simulator. */
#include "planned_faults.h"

#include <pthread.h>

#include "mem.h"

struct planned_fault {
    char *id;
    struct place at;
    bool optional;
};

struct planned_faults {
    pthread_mutex_t mutex;
    struct planned_fault *items;
    size_t count;
};

struct planned_faults *planned_faults_new(void)
{
    struct planned_faults *faults = mem_new(sizeof *faults);
    pthread_mutex_init(&faults->mutex, NULL);
    return faults;
}

static void forget(struct planned_faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        mem_free(faults->items[i].id);
    mem_free(faults->items);
    faults->items = NULL;
    faults->count = 0;
}

void planned_faults_free(struct planned_faults *faults)
{
    if (faults == NULL)
        return;
    forget(faults);
    pthread_mutex_destroy(&faults->mutex);
    mem_free(faults);
}

static bool fault_add(struct planned_faults *faults, struct simulator *simulator, const struct fault *rule,
                      struct variables *variables, struct fail *why)
{
    json_t *body = NULL;
    char *id = NULL;
    bool optional;
    bool fine = value_bool_or(&rule->optional, variables, false, &optional, why) &&
                fault_to_json(rule, variables, &body, why) && simulator_add_fault(simulator, body, &id, why);
    json_decref(body);
    if (!fine)
        return false;
    faults->items = mem_resize(faults->items, (faults->count + 1) * sizeof *faults->items);
    faults->items[faults->count++] = (struct planned_fault){id, rule->at, optional};
    return true;
}

bool planned_faults_add(struct planned_faults *faults, struct simulator *simulator,
                        const struct faults *rules, struct variables *variables, struct fail *why)
{
    bool fine = true;
    pthread_mutex_lock(&faults->mutex);
    for (size_t i = 0; i < rules->count && fine; i++)
        fine = fault_add(faults, simulator, &rules->items[i], variables, why);
    pthread_mutex_unlock(&faults->mutex);
    return fine;
}

static bool never_hit(const json_t *list, const char *id)
{
    size_t index;
    const json_t *item;
    json_array_foreach((json_t *)(uintptr_t)list, index,
                       item) if (text_is(json_text(item, "id"),
                                         id)) return json_integer_value(json_object_get(item, "hits")) == 0;
    return false;
}

bool planned_faults_settle(struct planned_faults *faults, struct simulator *simulator,
                           struct findings *findings, const char *step, struct fail *why)
{
    json_t *list = NULL;
    if (faults->count == 0)
        return true;
    if (!simulator_list_faults(simulator, &list, why))
        return false;
    pthread_mutex_lock(&faults->mutex);
    for (size_t i = 0; i < faults->count; i++)
        if (!faults->items[i].optional && never_hit(list, faults->items[i].id))
            findings_add(findings, faults->items[i].at, step,
                         "this fault never hit: nothing that it waits for happened (say `optional: true` if "
                         "it may not)");
    forget(faults);
    pthread_mutex_unlock(&faults->mutex);
    json_decref(list);
    return true;
}
