/* GET /sim/v1/messages/{sid} and /sim/v1/requests/{id}. */
#include "test_control.h"

#define SID "SM00000000000000000000000000000001"

/* A call, its answer and what follows it, beside those of somebody else. */
static void fill(struct desk *desk)
{
    struct journal *journal = &desk->sim->journal;
    struct journal_stamp now = journal_now();
    for (int i = 0; i < 2; i++) {
        struct text id = i == 0 ? TEXT("RQ1") : TEXT("RQ2"), sid = i == 0 ? TEXT(SID) : TEXT("SM2");
        struct text call[16] = {id, TEXT("twilio"), TEXT("message.create"), [11] = sid};
        struct text message[10] = {sid, TEXT("twilio"), TEXT("sms")};
        struct text callback[8] = {TEXT("c1"),
                                   sid,
                                   TEXT("http://127.0.0.1:3000/status?a=1#rc=2"),
                                   TEXT("sent"),
                                   TEXT("good"),
                                   TEXT_NONE,
                                   TEXT("MessageStatus=sent&MessageSid=SM00000000000000000000000000000001"),
                                   TEXT("ok")};
        journal_add(journal, JOURNAL_CALL, now, 1, call, (int64_t[]){0, 201, JOURNAL_NULL, 4});
        journal_add(journal, JOURNAL_FAULT, now, 1, (struct text[]){id, TEXT("delay 5s")}, (int64_t[]){4});
        journal_add(journal, JOURNAL_MESSAGE, now, 1, message, (int64_t[]){1});
        journal_add(journal, JOURNAL_REPLY, now, 0, (struct text[]){id, TEXT("sent")}, (int64_t[]){0});
        journal_add(journal, JOURNAL_STATUS, now, 1, (struct text[]){sid, TEXT("sent"), TEXT_NONE},
                    (int64_t[]){JOURNAL_NULL});
        journal_add(journal, JOURNAL_CALLBACK, now, 1, callback, (int64_t[]){1, 204, 0, 3, 0});
    }
}

/* The kinds of the answer's events, joined. */
static void assert_kinds(struct desk *desk, const char *expected)
{
    char kinds[256] = "";
    size_t i;
    json_t *event;
    json_array_foreach(json_object_get(desk_object(desk), "events"), i, event)
    {
        size_t len = strlen(kinds);
        snprintf(kinds + len, sizeof kinds - len, "%s%.*s", i > 0 ? " " : "",
                 TEXT_ARGS(json_text(event, "kind")));
    }
    assert_string_equal(kinds, expected);
}

static void a_message_is_told_with_all_that_belongs_to_it(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    desk_message(&desk, "+243810000001", "Code 482913", MESSAGE_SENT);
    fill(&desk);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/messages/" SID, NULL), 200);
    assert_kinds(&desk, "call fault message reply status callback");
    const json_t *message = json_object_get(desk_object(&desk), "message");
    assert_text(json_text(message, "sid"), SID);
    assert_text(json_text(message, "code"), "482913");
    assert_text(json_text(message, "account"), DESK_SID);
    assert_true(json_is_null(json_object_get(message, "price")));
    assert_true(json_is_null(json_object_get(message, "callback_url")));
    assert_int_equal(desk_number(&desk, "left_out"), 0);
    desk_close(&desk);
}

/* The literal is what Twilio's Node SDK expects for this token, URL (without its fragment) and form. */
static void a_callback_is_told_with_its_signature_when_the_token_made_it(void **state)
{
    (void)state;
    static const struct {
        const char *signature, *header;
    } rows[] = {{"good", "6LdLiEMD90sTq1/bLhG+wmRd6W0="}, {"wrong", NULL}, {"missing", NULL}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct desk desk;
        desk_open(&desk);
        snprintf(sim_account(desk.sim)->token, TOKEN_BYTES, "0123456789abcdef0123456789abcdef");
        desk_message(&desk, "+243810000001", "x", MESSAGE_SENT);
        struct text callback[8] = {TEXT("c1"),
                                   TEXT(SID),
                                   TEXT("http://127.0.0.1:3000/status?a=1#rc=2"),
                                   TEXT("sent"),
                                   text_of(rows[i].signature),
                                   TEXT_NONE,
                                   TEXT("MessageStatus=sent&MessageSid=SM00000000000000000000000000000001"),
                                   TEXT("ok")};
        journal_add(&desk.sim->journal, JOURNAL_CALLBACK, journal_now(), 1, callback,
                    (int64_t[]){1, 204, 0, 3, 0});
        assert_int_equal(tell(&desk, "GET", "/sim/v1/messages/" SID, NULL), 200);
        const json_t *event = json_array_get(json_object_get(desk_object(&desk), "events"), 0);
        const char *header = json_string_value(json_object_get(event, "signature_header"));
        if (rows[i].header == NULL)
            assert_null(header);
        else
            assert_string_equal(header, rows[i].header);
        desk_close(&desk);
    }
}

static void a_request_is_told_alone(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    fill(&desk);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/requests/RQ2", NULL), 200);
    assert_kinds(&desk, "call fault reply");
    assert_true(json_is_null(json_object_get(desk_object(&desk), "message")));
    desk_close(&desk);
}

static void what_is_not_there_is_refused_in_words(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    desk_message(&desk, "+243810000001", "x", MESSAGE_SENT);
    fill(&desk);
    assert_int_equal(tell(&desk, "GET", "/sim/v1/messages/SM9", NULL), 404);
    assert_string_equal(desk_text(&desk), "twilio-sim: there is no message SM9\n");
    assert_int_equal(tell(&desk, "GET", "/sim/v1/requests/RQ9", NULL), 404);
    assert_string_equal(desk_text(&desk), "twilio-sim: there is no request RQ9\n");
    assert_int_equal(tell(&desk, "POST", "/sim/v1/accounts", NULL), 201);
    char path[160];
    snprintf(path, sizeof path, "/sim/v1/messages/" SID "?account=%s", desk_json(&desk, "account_sid"));
    assert_int_equal(tell(&desk, "GET", path, NULL), 404); /* another account's */
    desk_close(&desk);
}

static void a_very_long_story_is_cut_and_says_so(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    desk_message(&desk, "+243810000001", "x", MESSAGE_SENT);
    for (int i = 0; i < 1007; i++)
        journal_add(&desk.sim->journal, JOURNAL_STATUS, journal_now(), 1,
                    (struct text[]){TEXT(SID), TEXT("sent"), TEXT_NONE}, (int64_t[]){JOURNAL_NULL});
    assert_int_equal(tell(&desk, "GET", "/sim/v1/messages/" SID, NULL), 200);
    assert_int_equal(json_array_size(json_object_get(desk_object(&desk), "events")), 1000);
    assert_int_equal(desk_number(&desk, "left_out"), 7);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_told_with_all_that_belongs_to_it),
        cmocka_unit_test(a_callback_is_told_with_its_signature_when_the_token_made_it),
        cmocka_unit_test(a_request_is_told_alone),
        cmocka_unit_test(what_is_not_there_is_refused_in_words),
        cmocka_unit_test(a_very_long_story_is_cut_and_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
