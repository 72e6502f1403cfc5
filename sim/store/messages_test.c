/* Messages: found by SID and by number, bounded, and what is left after deletes. */
#include "test_support.h"

#include <stdio.h>

#include "messages.h"

static void sid_of(unsigned number, char out[SID_BYTES])
{
    snprintf(out, SID_BYTES, "SM%032x", number);
}

static struct message *add(struct messages *messages, unsigned number)
{
    struct message fields = {.tenant = 1, .state = MESSAGE_QUEUED};
    sid_of(number, fields.sid);
    struct text texts[MESSAGE_TEXT_COUNT] = {[MESSAGE_TO] = TEXT("+243810000001"),
                                             [MESSAGE_FROM] = TEXT("+15005550006"),
                                             [MESSAGE_BODY] = TEXT("Votre code est 123456")};
    return messages_add(messages, &fields, texts);
}

static bool is_found(const struct messages *messages, unsigned number)
{
    char sid[SID_BYTES];
    sid_of(number, sid);
    const struct message *message = messages_find(messages, text_of(sid));
    assert_true(message == NULL || strcmp(message->sid, sid) == 0);
    return message != NULL;
}

static bool remove_one(struct messages *messages, unsigned number)
{
    char sid[SID_BYTES];
    sid_of(number, sid);
    return messages_remove(messages, text_of(sid));
}

static void texts_come_back_as_they_were_given(void **state)
{
    (void)state;
    struct messages messages;
    messages_init(&messages, 10);
    struct text texts[MESSAGE_TEXT_COUNT] = {[MESSAGE_TO] = TEXT("whatsapp:+243810000001"),
                                             [MESSAGE_FROM] = TEXT("+15005550006"),
                                             [MESSAGE_BODY] = TEXT(""),
                                             [MESSAGE_CALLBACK_URL] = TEXT_NONE,
                                             [MESSAGE_CAUSE] = TEXT("RQ1"),
                                             [MESSAGE_SERVICE_SID] = TEXT_NONE};
    const struct message *message = messages_add(&messages, &(struct message){.sid = "SM1"}, texts);
    assert_text(message_text(message, MESSAGE_TO), "whatsapp:+243810000001");
    assert_text(message_address(message, MESSAGE_TO), "+243810000001");
    assert_text(message_address(message, MESSAGE_FROM), "+15005550006");
    assert_non_null(message_text(message, MESSAGE_BODY).at);
    assert_int_equal(message_text(message, MESSAGE_BODY).len, 0);
    assert_null(message_text(message, MESSAGE_CALLBACK_URL).at);
    assert_text(message_text(message, MESSAGE_CAUSE), "RQ1");
    assert_null(message_text(message, MESSAGE_SERVICE_SID).at);
    messages_release(&messages);
}

static void an_empty_store_finds_nothing(void **state)
{
    (void)state;
    struct messages messages;
    messages_init(&messages, 10);
    assert_false(is_found(&messages, 1));
    assert_false(remove_one(&messages, 1));
    assert_null(messages_at(&messages, 0));
    assert_null(messages_at(&messages, 1));
    messages_release(&messages);
}

static void ten_thousand_are_found_also_among_deleted_ones(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    struct messages messages;
    messages_init(&messages, 1000000);
    for (unsigned i = 1; i <= COUNT; i++)
        assert_int_equal(add(&messages, i)->number, i);
    for (unsigned i = 3; i <= COUNT; i += 3)
        assert_true(remove_one(&messages, i));
    assert_false(remove_one(&messages, 3));
    for (unsigned i = 1; i <= COUNT; i++) {
        assert_int_equal(is_found(&messages, i), i % 3 != 0);
        assert_int_equal(messages_at(&messages, i) != NULL, i % 3 != 0);
    }
    for (unsigned i = COUNT + 1; i <= 2 * COUNT; i++)
        add(&messages, i);
    for (unsigned i = 1; i <= 2 * COUNT; i++)
        assert_int_equal(is_found(&messages, i), i > COUNT || i % 3 != 0);
    messages_release(&messages);
}

static void at_the_bound_the_oldest_goes_and_is_counted(void **state)
{
    (void)state;
    struct messages messages;
    messages_init(&messages, 100);
    for (unsigned i = 1; i <= 5000; i++) {
        add(&messages, i);
        assert_int_equal(messages.count, i < 100 ? i : 100);
    }
    assert_int_equal(messages.dropped, 4900);
    assert_int_equal(messages_oldest(&messages), 4901);
    for (unsigned i = 4000; i <= 5000; i++)
        assert_int_equal(is_found(&messages, i), i > 4900);
    assert_null(messages_at(&messages, 4900));
    assert_non_null(messages_at(&messages, 4901));
    assert_null(messages_at(&messages, 5001));
    messages_release(&messages);
}

static void a_deleted_message_is_neither_kept_nor_dropped(void **state)
{
    (void)state;
    struct messages messages;
    messages_init(&messages, 3);
    for (unsigned i = 1; i <= 3; i++)
        add(&messages, i);
    assert_true(remove_one(&messages, 1));
    assert_int_equal(messages_kept(&messages), 2);
    add(&messages, 4);
    assert_int_equal(messages.dropped, 0);
    add(&messages, 5);
    assert_int_equal(messages.dropped, 1);
    assert_int_equal(messages_kept(&messages), 3);
    messages_release(&messages);
}

static void a_deleted_message_keeps_its_place_until_it_is_dropped(void **state)
{
    (void)state;
    struct messages messages;
    unsigned tenant = 0;
    char sid[SID_BYTES];
    messages_init(&messages, 3);
    for (unsigned i = 1; i <= 3; i++)
        add(&messages, i);
    sid_of(2, sid);
    assert_true(remove_one(&messages, 2));
    assert_null(messages_at(&messages, 2));
    assert_int_equal(messages_number(&messages, text_of(sid), &tenant), 2);
    assert_int_equal(tenant, 1);
    add(&messages, 4);
    add(&messages, 5);
    assert_int_equal(messages_number(&messages, text_of(sid), &tenant), 0);
    messages_release(&messages);
}

static void cleared_messages_leave_their_numbers(void **state)
{
    (void)state;
    struct messages messages;
    messages_init(&messages, 100);
    add(&messages, 1);
    add(&messages, 2);
    messages_clear(&messages);
    assert_false(is_found(&messages, 1));
    assert_null(messages_at(&messages, 2));
    assert_int_equal(add(&messages, 3)->number, 3);
    assert_int_equal(messages_oldest(&messages), 3);
    assert_true(is_found(&messages, 3));
    messages_release(&messages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_come_back_as_they_were_given),
        cmocka_unit_test(an_empty_store_finds_nothing),
        cmocka_unit_test(ten_thousand_are_found_also_among_deleted_ones),
        cmocka_unit_test(at_the_bound_the_oldest_goes_and_is_counted),
        cmocka_unit_test(a_deleted_message_is_neither_kept_nor_dropped),
        cmocka_unit_test(a_deleted_message_keeps_its_place_until_it_is_dropped),
        cmocka_unit_test(cleared_messages_leave_their_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
