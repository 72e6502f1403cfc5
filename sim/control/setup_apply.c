/* A setup goes through the same readers as the control API, first on an account that is thrown away. */
#include "setup_apply.h"

#include "clock.h"
#include "fault_json.h"
#include "setup_json.h"

struct applying {
    struct setup_file *setup;
    struct account *account;
    struct ids *ids;
    const char *const *fixed;
    struct problems *problems;
};

/* False when the item cannot be made sense of; that is reported. */
static bool json_of(struct applying *applying, enum setup_block block, size_t index, json_t **ret)
{
    struct fail why = {0};
    if (setup_file_json(applying->setup, block, index, ret, &why))
        return true;
    setup_file_blame(applying->setup, block, index, &why, applying->problems);
    return false;
}

static bool change_account(struct account *account, const json_t *json, struct fail *why)
{
    struct setup_room room;
    struct account_setup setup = {.status = account->status, .sent_today = account->sent_today};
    text_buf_init(&room.countries, 4096);
    bool fine = setup_json_account(json, &room, &setup, why) && account_change(account, &setup, why);
    text_buf_release(&room.countries);
    return fine;
}

/* Without the key that is wrong the next one is looked at. */
static void apply_account(struct applying *applying)
{
    json_t *json = NULL;
    const char *wrong = NULL;
    if (!json_of(applying, SETUP_ACCOUNT, 0, &json))
        return;
    for (const char *const *key = applying->fixed; key != NULL && *key != NULL; key++)
        json_object_del(json, *key);
    do {
        struct fail why = {0};
        if (change_account(applying->account, json, &why))
            break;
        wrong = setup_file_blame(applying->setup, SETUP_ACCOUNT, 0, &why, applying->problems);
    } while (wrong != NULL && json_object_del(json, wrong) == 0);
    json_decref(json);
}

static void apply_person(struct applying *applying, size_t index)
{
    json_t *json = NULL;
    const char *wrong = NULL;
    if (!json_of(applying, SETUP_PEOPLE, index, &json))
        return;
    do {
        struct fail why = {0};
        const struct person *person =
            setup_json_put_person(applying->account, applying->ids, NULL, json, &why);
        if (person != NULL) {
            setup_file_number(applying->setup, json_text(json, "name"), person->e164);
            break;
        }
        wrong = setup_file_blame(applying->setup, SETUP_PEOPLE, index, &why, applying->problems);
    } while (wrong != NULL && json_object_del(json, wrong) == 0);
    json_decref(json);
}

static void apply_people(struct applying *applying, bool with_number)
{
    for (size_t i = 0; i < setup_file_count(applying->setup, SETUP_PEOPLE); i++)
        if (setup_file_has_number(applying->setup, i) == with_number)
            apply_person(applying, i);
}

static void apply_fault(struct applying *applying, size_t index)
{
    json_t *json = NULL;
    struct fail why = {0};
    if (!json_of(applying, SETUP_FAULTS, index, &json))
        return;
    struct planned_fault *fault = fault_json_read(json, &why);
    if (fault == NULL || !fault_json_arm(fault, applying->account, applying->ids, &why))
        setup_file_blame(applying->setup, SETUP_FAULTS, index, &why, applying->problems);
    json_decref(json);
}

static void apply_all(struct applying *applying)
{
    if (setup_file_has(applying->setup, SETUP_ACCOUNT))
        apply_account(applying);
    apply_people(applying, true); /* else a number might be invented that somebody has */
    apply_people(applying, false);
    if (setup_file_has(applying->setup, SETUP_FAULTS))
        account_clear_faults(applying->account);
    for (size_t i = 0; i < setup_file_count(applying->setup, SETUP_FAULTS); i++)
        apply_fault(applying, i);
}

/* What it would do to an account of that kind; the ids that it takes are not the simulator's. */
static void rehearse(const struct sim *sim, const struct account *account, struct applying applying)
{
    struct accounts accounts;
    struct ids ids = sim->ids;
    struct fail why = {0};
    struct account_setup like = {.plan = account->plan, .home = text_of(account->home)};
    accounts_init(&accounts);
    applying.account = accounts_add(&accounts, &ids, &like, clock_wall_ms(), &why);
    applying.ids = &ids;
    REQUIRE(applying.account != NULL);
    apply_all(&applying);
    accounts_release(&accounts);
}

bool setup_apply(struct sim *sim, struct setup_file *setup, const char *const *fixed,
                 struct problems *problems)
{
    size_t before = problems_errors(problems);
    sim_lock(sim);
    struct applying applying = {setup, sim_account(sim), &sim->ids, fixed, problems};
    rehearse(sim, applying.account, applying);
    if (problems_errors(problems) == before)
        apply_all(&applying);
    sim_unlock(sim);
    sim_changed(sim);
    return problems_errors(problems) == before;
}
