/* Fuzz target: any bytes as the JSON of a planned fault, an account's setup and a person. fuzz_fault_test.c
 * replays fixtures/seeds/fault through it. */
#include <stddef.h>
#include <stdint.h>

#include "fault_json.h"
#include "setup_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(const json_t *json)
{
    struct fail why = {0};
    struct setup_room room;
    struct account_setup setup = {0};
    struct account account = {.home = "CD"};
    struct person person;
    struct planned_fault *fault = fault_json_read(json, &why);
    REQUIRE((fault == NULL) == why.set);
    planned_fault_free(fault);
    text_buf_init(&room.countries, 4096);
    setup_json_account(json, &room, &setup, &(struct fail){0});
    text_buf_release(&room.countries);
    if (setup_json_person(json, &account, &person, &(struct fail){0}))
        json_decref(setup_json_of_person(&person));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *json = NULL;
    struct fail why = {0};
    if (!json_read(text_span((const char *)data, size), "fuzz", &json, &why))
        return 0;
    if (json_is_object(json))
        read_all(json);
    json_decref(json);
    return 0;
}
