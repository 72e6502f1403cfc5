/* A Message as the API shows it: every field, in the captured order of each format. */
#include "test_support.h"

#include "message_resource.h"

#define AC "AC00000000000000000000000000000001"
#define SM "SM00000000000000000000000000000001"

static void assert_resource(enum format format, bool created, const char *expected)
{
    struct messages messages;
    struct render render;
    struct text_buf out;
    const struct account account = {.sid = AC};
    struct text texts[MESSAGE_TEXT_COUNT] = {[MESSAGE_TO] = TEXT("+243810000001"),
                                             [MESSAGE_FROM] = TEXT("+15005550006"),
                                             [MESSAGE_BODY] = TEXT("1 < 2")};
    messages_init(&messages, 1);
    const struct message *message = messages_add(&messages,
                                                 &(struct message){.sid = SM,
                                                                   .state = MESSAGE_UNDELIVERED,
                                                                   .error_code = 30003,
                                                                   .segments = 1,
                                                                   .created_wall_ms = 1686936570000,
                                                                   .updated_wall_ms = 1686936572000,
                                                                   .sent_wall_ms = 1686936571000},
                                                 texts);
    text_buf_init(&out, 4096);
    render_begin(&render, format, &out, "Message");
    message_resource_write(&render, &account, message, created);
    render_end(&render);
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
    messages_release(&messages);
}

#define URI "/2010-04-01/Accounts/" AC "/Messages/" SM

static void json_has_the_fields_in_the_captured_order(void **state)
{
    (void)state;
    assert_resource(
        FORMAT_JSON, true,
        "{\"body\": \"1 < 2\", \"num_segments\": \"1\", \"direction\": \"outbound-api\", "
        "\"from\": \"+15005550006\", \"date_updated\": \"Fri, 16 Jun 2023 17:29:32 +0000\", \"price\": null, "
        "\"error_message\": \"Unreachable destination handset\", \"uri\": \"" URI ".json\", "
        "\"account_sid\": \"" AC "\", \"num_media\": \"0\", \"to\": \"+243810000001\", "
        "\"date_created\": \"Fri, 16 Jun 2023 17:29:30 +0000\", \"status\": \"undelivered\", "
        "\"sid\": \"" SM "\", \"date_sent\": \"Fri, 16 Jun 2023 17:29:31 +0000\", "
        "\"messaging_service_sid\": null, \"error_code\": 30003, \"price_unit\": \"USD\", "
        "\"api_version\": \"2010-04-01\", \"subresource_uris\": {\"media\": \"" URI "/Media.json\"}}");
}

static void xml_has_them_in_its_own(void **state)
{
    (void)state;
    assert_resource(
        FORMAT_XML, false,
        "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><Message><Sid>" SM "</Sid>"
        "<DateCreated>Fri, 16 Jun 2023 17:29:30 +0000</DateCreated>"
        "<DateUpdated>Fri, 16 Jun 2023 17:29:32 +0000</DateUpdated>"
        "<DateSent>Fri, 16 Jun 2023 17:29:31 +0000</DateSent><AccountSid>" AC "</AccountSid>"
        "<To>+243810000001</To><From>+15005550006</From><MessagingServiceSid/><Body>1 &lt; 2</Body>"
        "<Status>undelivered</Status><NumSegments>1</NumSegments><NumMedia>0</NumMedia>"
        "<Direction>outbound-api</Direction><ApiVersion>2010-04-01</ApiVersion><Price/>"
        "<PriceUnit>USD</PriceUnit><ErrorCode>30003</ErrorCode>"
        "<ErrorMessage>Unreachable destination handset</ErrorMessage><Uri>" URI "</Uri>"
        "<SubresourceUris><Media>" URI "/Media</Media><Feedback>" URI "/Feedback</Feedback>"
        "</SubresourceUris></Message></TwilioResponse>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_the_fields_in_the_captured_order),
        cmocka_unit_test(xml_has_them_in_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
