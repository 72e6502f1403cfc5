/* From the typed tree to the simulator's JSON. */
#include "people_setup.h"

#include "json.h"

static bool value_put(json_t *object, const char *key, const struct value *value, struct variables *variables,
                      struct fail *why)
{
    json_t *json = NULL;
    if (!value_given(value))
        return true;
    if (!value_json(value, variables, &json, why))
        return false;
    json_set(object, key, json);
    return true;
}

/* `true` and `false` among words are flags. */
static void flag_put(json_t *object, const char *key)
{
    struct text word = json_text(object, key);
    if (text_is(word, "true") || text_is(word, "false"))
        json_set(object, key, json_boolean(text_is(word, "true")));
}

static bool countries_put(json_t *object, const struct value_list *countries, struct variables *variables,
                          struct fail *why)
{
    if (!place_given(countries->at))
        return true;
    json_t *list = json_array();
    json_set(object, "countries", list);
    for (size_t i = 0; i < countries->count; i++) {
        json_t *country = NULL;
        if (!value_json(&countries->items[i], variables, &country, why))
            return false;
        json_array_append_new(list, country);
    }
    return true;
}

bool account_setup(const struct account *account, const struct profile *profile, struct variables *variables,
                   json_t **ret, struct fail *why)
{
    json_t *setup = json_object();
    json_set(setup, "plan", json_string("paid"));
    const struct value *home = value_given(&account->home) ? &account->home : &profile->people.country;
    bool fine = value_put(setup, "plan", &account->plan, variables, why) &&
                value_put(setup, "status", &account->status, variables, why) &&
                value_put(setup, "balance", &account->balance, variables, why) &&
                value_put(setup, "home", home, variables, why) &&
                value_put(setup, "sent-today", &account->sent_today, variables, why) &&
                countries_put(setup, &account->countries, variables, why);
    *ret = setup;
    return fine;
}

static bool person_body(const struct person *person, const struct profile *profile,
                        struct variables *variables, json_t *body, struct fail *why)
{
    const struct value *country = &person->country;
    if (!value_given(country) && !value_given(&person->number))
        country = &profile->people.country;
    json_set(body, "name", json_of_text(person->name));
    bool fine = value_put(body, "number", &person->number, variables, why) &&
                value_put(body, "country", country, variables, why) &&
                value_put(body, "line", &person->line, variables, why) &&
                value_put(body, "verified", &person->verified, variables, why) &&
                value_put(body, "whatsapp", &person->whatsapp, variables, why) &&
                value_put(body, "reachable", &person->reachable, variables, why) &&
                value_put(body, "opted-out", &person->opted_out, variables, why);
    flag_put(body, "whatsapp");
    return fine;
}

static bool person_setup(const struct person *person, const struct profile *profile,
                         struct variables *variables, struct simulator *simulator, struct cast *cast,
                         struct fail *why)
{
    json_t *body = json_object(), *made = NULL;
    bool fine = person_body(person, profile, variables, body, why) &&
                simulator_add_person(simulator, body, &made, why);
    json_decref(body);
    if (!fine)
        return false;
    struct text number = json_text(made, "number");
    fine = number.at != NULL
               ? cast_add(cast, person->name, number, json_text(made, "national"), why) != NULL
               : fail_set(why, "the simulator gives no number for %.*s", TEXT_ARGS(person->name));
    json_decref(made);
    return fine;
}

bool people_setup(const struct people *people, const struct profile *profile, struct variables *variables,
                  struct simulator *simulator, struct cast *cast, struct fail *why)
{
    bool fine = true;
    for (size_t i = 0; i < people->count && fine; i++)
        fine = person_setup(&people->items[i], profile, variables, simulator, cast, why);
    return fine;
}
