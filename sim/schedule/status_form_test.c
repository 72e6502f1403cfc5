/* The body of a status callback, as captured. */
#include "test_support.h"

#include <stdio.h>

#include "arena.h"
#include "status_form.h"

#define SM "SM00000000000000000000000000000001"
#define AC "AC0123456789abcdef0123456789abcdef"

/* 2023-03-23 22:38 UTC, as in the captured SMS callback */
#define WALL_MS 1679611089000

struct sample {
    struct messages messages;
    struct account account;
    const struct message *message;
};

static void begin(struct sample *sample, enum channel channel, const char *service)
{
    *sample = (struct sample){.account = {.sid = AC}};
    messages_init(&sample->messages, 10);
    bool whatsapp = channel == CHANNEL_WHATSAPP;
    struct text texts[MESSAGE_TEXT_COUNT] = {
        [MESSAGE_TO] = whatsapp ? TEXT("whatsapp:+243810000001") : TEXT("+243810000001"),
        [MESSAGE_FROM] = whatsapp ? TEXT("whatsapp:+14155238886") : TEXT("+15005550006"),
        [MESSAGE_SERVICE_SID] = text_of(service)};
    sample->message =
        messages_add(&sample->messages, &(struct message){.sid = SM, .channel = (uint8_t)channel}, texts);
}

static void assert_body(const struct sample *sample, enum message_state state, int code,
                        const struct form *change, const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 4096);
    status_form_write(sample->message, &sample->account, state, code, WALL_MS, change, &out);
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
}

static void an_sms_is_reported_as_captured(void **state)
{
    (void)state;
    struct sample sample;
    begin(&sample, CHANNEL_SMS, NULL);
    assert_body(&sample, MESSAGE_SENT, 0, NULL,
                "SmsSid=" SM "&SmsStatus=sent&MessageStatus=sent&To=%2B243810000001&MessageSid=" SM
                "&AccountSid=" AC "&From=%2B15005550006&ApiVersion=2010-04-01");
    assert_body(&sample, MESSAGE_DELIVERED, 0, NULL,
                "RawDlrDoneDate=2303232238&SmsSid=" SM
                "&SmsStatus=delivered&MessageStatus=delivered&To=%2B243810000001&MessageSid=" SM
                "&AccountSid=" AC "&From=%2B15005550006&ApiVersion=2010-04-01");
    assert_body(&sample, MESSAGE_UNDELIVERED, 30003, NULL,
                "RawDlrDoneDate=2303232238&SmsSid=" SM
                "&SmsStatus=undelivered&MessageStatus=undelivered&To=%2B243810000001&MessageSid=" SM
                "&AccountSid=" AC "&ErrorCode=30003&From=%2B15005550006&ApiVersion=2010-04-01");
    assert_body(&sample, MESSAGE_FAILED, 30001, NULL,
                "SmsSid=" SM "&SmsStatus=failed&MessageStatus=failed&To=%2B243810000001&MessageSid=" SM
                "&AccountSid=" AC "&ErrorCode=30001&From=%2B15005550006&ApiVersion=2010-04-01");
    messages_release(&sample.messages);
}

static void a_messaging_service_is_named(void **state)
{
    (void)state;
    struct sample sample;
    begin(&sample, CHANNEL_SMS, "MG00000000000000000000000000000001");
    assert_body(&sample, MESSAGE_SENT, 0, NULL,
                "SmsSid=" SM "&SmsStatus=sent&MessageStatus=sent&To=%2B243810000001"
                "&MessagingServiceSid=MG00000000000000000000000000000001&MessageSid=" SM "&AccountSid=" AC
                "&From=%2B15005550006&ApiVersion=2010-04-01");
    messages_release(&sample.messages);
}

static void a_whatsapp_message_is_reported_as_captured(void **state)
{
    (void)state;
    struct sample sample;
    begin(&sample, CHANNEL_WHATSAPP, NULL);
    assert_body(&sample, MESSAGE_SENT, 0, NULL,
                "SmsSid=" SM "&SmsStatus=sent&MessageStatus=sent&ChannelToAddress=%2B24381000XXXX"
                "&To=whatsapp%3A%2B243810000001&ChannelPrefix=whatsapp&MessageSid=" SM "&AccountSid=" AC
                "&StructuredMessage=false&From=whatsapp%3A%2B14155238886&ApiVersion=2010-04-01"
                "&ChannelInstallSid=XE0123456789abcdef0123456789abcdef");
    static const struct {
        enum message_state state;
        const char *start;
    } rows[] = {
        {MESSAGE_DELIVERED, "EventType=DELIVERED&SmsSid=" SM "&SmsStatus=delivered&MessageStatus=delivered"},
        {MESSAGE_READ, "EventType=READ&SmsSid=" SM "&SmsStatus=read&MessageStatus=read"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char expected[1024];
        snprintf(expected, sizeof expected,
                 "%s&ChannelToAddress=%%2B24381000XXXX&To=whatsapp%%3A%%2B243810000001"
                 "&ChannelPrefix=whatsapp&MessageSid=" SM "&AccountSid=" AC
                 "&StructuredMessage=false&From=whatsapp%%3A%%2B14155238886&ApiVersion=2010-04-01"
                 "&ChannelInstallSid=XE0123456789abcdef0123456789abcdef",
                 rows[i].start);
        assert_body(&sample, rows[i].state, 0, NULL, expected);
    }
    assert_body(&sample, MESSAGE_UNDELIVERED, 63003, NULL,
                "EventType=UNDELIVERED&SmsSid=" SM "&SmsStatus=undelivered&MessageStatus=undelivered"
                "&ChannelToAddress=%2B24381000XXXX&To=whatsapp%3A%2B243810000001&ChannelPrefix=whatsapp"
                "&MessageSid=" SM "&AccountSid=" AC "&StructuredMessage=false&ErrorCode=63003"
                "&ChannelStatusMessage=Channel+could+not+find+To+address&From=whatsapp%3A%2B14155238886"
                "&ApiVersion=2010-04-01&ChannelInstallSid=XE0123456789abcdef0123456789abcdef");
    messages_release(&sample.messages);
}

static void parameters_can_be_changed_and_added(void **state)
{
    (void)state;
    struct sample sample;
    struct form_pair pairs[] = {{TEXT("MessageStatus"), TEXT("read")},
                                {TEXT("RawDlrDoneDate"), TEXT("1")},
                                {TEXT("Future"), TEXT("a b")}};
    begin(&sample, CHANNEL_SMS, NULL);
    assert_body(&sample, MESSAGE_SENT, 0, &(struct form){pairs, 3},
                "RawDlrDoneDate=1&SmsSid=" SM "&SmsStatus=sent&MessageStatus=read&To=%2B243810000001"
                "&MessageSid=" SM "&AccountSid=" AC "&From=%2B15005550006&ApiVersion=2010-04-01&Future=a+b");
    messages_release(&sample.messages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_sms_is_reported_as_captured),
        cmocka_unit_test(a_messaging_service_is_named),
        cmocka_unit_test(a_whatsapp_message_is_reported_as_captured),
        cmocka_unit_test(parameters_can_be_changed_and_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
