/* One description, two formats. */
#include "test_support.h"

#include "render.h"

static void describe(struct render *render)
{
    render_text(render, "friendly_name", TEXT("A & B <\"c\">"));
    render_text(render, "price", TEXT_NONE);
    render_z(render, "empty", "");
    render_int(render, "error_code", -30003);
    render_null(render, "date_sent");
    render_bool(render, "beta", true);
    render_date(render, "date_created", 1686936570123);
    render_date(render, "date_updated", 0);
    render_open(render, "subresource_uris");
    render_z(render, "media", "/Media");
    render_close(render);
}

static void a_resource_reads_alike_in_json_and_xml(void **state)
{
    (void)state;
    static const char *const expected[] = {
        [FORMAT_JSON] =
            "{\"friendly_name\": \"A & B <\\\"c\\\">\", \"price\": null, \"empty\": \"\", \"error_code\": "
            "-30003, "
            "\"date_sent\": null, \"beta\": true, \"date_created\": \"Fri, 16 Jun 2023 17:29:30 +0000\", "
            "\"date_updated\": null, \"subresource_uris\": {\"media\": \"/Media\"}}",
        [FORMAT_XML] = "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><Message>"
                       "<FriendlyName>A &amp; B &lt;&quot;c&quot;&gt;</FriendlyName><Price/><Empty/>"
                       "<ErrorCode>-30003</ErrorCode><DateSent/><Beta>true</Beta>"
                       "<DateCreated>Fri, 16 Jun 2023 17:29:30 +0000</DateCreated><DateUpdated/>"
                       "<SubresourceUris><Media>/Media</Media></SubresourceUris></Message></TwilioResponse>",
    };
    for (int format = FORMAT_JSON; format <= FORMAT_XML; format++) {
        struct render render;
        struct text_buf out;
        text_buf_init(&out, 4096);
        render_begin(&render, (enum format)format, &out, "Message");
        describe(&render);
        render_end(&render);
        assert_string_equal(text_buf_z(&out), expected[format]);
        text_buf_release(&out);
    }
}

static void a_list_has_items_and_in_xml_its_element_with_attributes(void **state)
{
    (void)state;
    static const char *const expected[] = {
        [FORMAT_JSON] = "{\"messages\": [{\"sid\": \"SM1\"}, {\"sid\": \"SM2\"}], \"page\": 0}",
        [FORMAT_XML] = "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><Messages page=\"0\">"
                       "<Message><Sid>SM1</Sid></Message><Message><Sid>SM2</Sid></Message></Messages>"
                       "</TwilioResponse>",
    };
    for (int format = FORMAT_JSON; format <= FORMAT_XML; format++) {
        static const char *const sids[] = {"SM1", "SM2"};
        struct render render;
        struct text_buf out;
        text_buf_init(&out, 4096);
        render_begin(&render, (enum format)format, &out, "");
        render_list_begin(&render, "messages", "Messages", " page=\"0\"");
        for (size_t i = 0; i < COUNT_OF(sids); i++) {
            render_item_begin(&render, "Message");
            render_z(&render, "sid", sids[i]);
            render_close(&render);
        }
        render_list_end(&render);
        if (format == FORMAT_JSON)
            render_int(&render, "page", 0);
        render_end(&render);
        assert_string_equal(text_buf_z(&out), expected[format]);
        text_buf_release(&out);
    }
}

static void an_empty_list_is_one_in_both(void **state)
{
    (void)state;
    static const char *const expected[] = {
        [FORMAT_JSON] = "{\"messages\": []}",
        [FORMAT_XML] = "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><Messages></Messages>"
                       "</TwilioResponse>",
    };
    for (int format = FORMAT_JSON; format <= FORMAT_XML; format++) {
        struct render render;
        struct text_buf out;
        text_buf_init(&out, 4096);
        render_begin(&render, (enum format)format, &out, "");
        render_list_begin(&render, "messages", "Messages", NULL);
        render_list_end(&render);
        render_end(&render);
        assert_string_equal(text_buf_z(&out), expected[format]);
        text_buf_release(&out);
    }
}

static void what_xml_cannot_hold_is_replaced(void **state)
{
    (void)state;
    static const struct {
        struct text value;
        const char *xml;
    } rows[] = {
        {{"a\tb\nc\rd", 7}, "a\tb\nc\rd"},
        {{"a\0b", 3},
         "a\xef\xbf\xbd"
         "b"},
        {{"\x01\x1f", 2}, "\xef\xbf\xbd\xef\xbf\xbd"},
        {{"\xff", 1}, "\xef\xbf\xbd"},
        {{"\xef\xbf\xbe\xef\xbf\xbf", 6}, "\xef\xbf\xbd\xef\xbf\xbd"}, /* U+FFFE and U+FFFF */
        {{"\xc3\xa9\xf0\x9f\x98\x80", 6}, "\xc3\xa9\xf0\x9f\x98\x80"},
        {{"]]>&amp;", 8}, "]]&gt;&amp;amp;"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text_buf out;
        text_buf_init(&out, 256);
        render_put_xml(&out, rows[i].value);
        assert_string_equal(text_buf_z(&out), rows[i].xml);
        text_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resource_reads_alike_in_json_and_xml),
        cmocka_unit_test(a_list_has_items_and_in_xml_its_element_with_attributes),
        cmocka_unit_test(an_empty_list_is_one_in_both),
        cmocka_unit_test(what_xml_cannot_hold_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
