/* Addresses and their channels. */
#include "test_support.h"
#include "channels.h"

static void the_prefix_of_an_address_tells_its_channel(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        enum channel channel;
        const char *number;
    } rows[] = {
        {"+243810000001", CHANNEL_SMS, "+243810000001"},
        {"whatsapp:+243810000001", CHANNEL_WHATSAPP, "+243810000001"},
        {"rcs:agent", CHANNEL_RCS, "agent"},
        {"messenger:123", CHANNEL_MESSENGER, "123"},
        {"WhatsApp:+243810000001", CHANNEL_SMS, "WhatsApp:+243810000001"},
        {"whatsapp:", CHANNEL_WHATSAPP, ""},
        {"whatsapp", CHANNEL_SMS, "whatsapp"},
        {"", CHANNEL_SMS, ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text number;
        assert_int_equal(channel_of_address(text_of(rows[i].address), &number), rows[i].channel);
        assert_text(number, rows[i].number);
        assert_int_equal(channel_of_address(text_of(rows[i].address), NULL), rows[i].channel);
    }
}

static void every_channel_has_its_name_and_prefix(void **state)
{
    (void)state;
    static const struct {
        enum channel channel;
        const char *name, *prefix;
    } rows[] = {{CHANNEL_SMS, "sms", ""},
                {CHANNEL_WHATSAPP, "whatsapp", "whatsapp:"},
                {CHANNEL_RCS, "rcs", "rcs:"},
                {CHANNEL_MESSENGER, "messenger", "messenger:"}};
    assert_int_equal(COUNT_OF(rows), CHANNEL_COUNT);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum channel found;
        assert_string_equal(channel_name(rows[i].channel), rows[i].name);
        assert_string_equal(channel_prefix(rows[i].channel), rows[i].prefix);
        assert_true(channel_from_name(text_of(rows[i].name), &found));
        assert_int_equal(found, rows[i].channel);
    }
    enum channel untouched = CHANNEL_RCS;
    assert_false(channel_from_name(TEXT("SMS"), &untouched));
    assert_false(channel_from_name(TEXT(""), &untouched));
    assert_int_equal(untouched, CHANNEL_RCS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_prefix_of_an_address_tells_its_channel),
        cmocka_unit_test(every_channel_has_its_name_and_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
