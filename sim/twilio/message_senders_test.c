/* Who may be a sender: names, services, channels; opt-outs belong to SMS. */
#include "test_client.h"

static struct client client;

static int start(void **state)
{
    (void)state;
    client_start(&client, &(struct sim_settings){.seed = 7});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    client_stop(&client);
    return 0;
}

/* The code of the answer to a create, 0 = created. */
static int code_of(const char *form)
{
    int status = ask(&client, "POST", "/Messages.json", form);
    if (status == 201)
        return 0;
    return (int)json_integer_value(json_object_get(client_object(&client), "code"));
}

static void each_sender_is_what_its_form_says(void **state)
{
    (void)state;
#define SERVICE "MG0123456789abcdef0123456789abcdef"
    static const struct {
        const char *form;
        int code;
    } rows[] = {
        {"To=%2B243810000001&Body=x&From=MGShop", 0}, /* a name, not a service */
        {"To=%2B243810000001&Body=x&From=" SERVICE, 21701},
        {"To=%2B243810000001&Body=x&MessagingServiceSid=" SERVICE, 21701},
        {"To=%2B243810000001&Body=x&MessagingServiceSid=MG1", 21705},
        {"To=%2B243810000001&Body=x&From=%2B15005550006&MessagingServiceSid=" SERVICE, 21701},
        {"To=%2B243810000001&Body=x&From=%2B15005550006&MessagingServiceSid=MG1", 21705},
        {"To=rcs:%2B243810000001&Body=x&From=rcs:shop", 63007},
        {"To=messenger:1&Body=x&From=messenger:shop", 63007},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(code_of(rows[i].form), rows[i].code);
#undef SERVICE
}

static void stop_by_sms_leaves_whatsapp_open(void **state)
{
    (void)state;
    struct account *account = sim_account(client.sim);
    account_set_opt_out(account, TEXT("+243810000001"), TEXT("+15005550006"), true);
    assert_int_equal(code_of("To=%2B243810000001&Body=x&From=%2B15005550006"), 21610);
    assert_int_equal(code_of("To=whatsapp:%2B243810000001&Body=x&From=whatsapp:%2B15005550006"), 0);
}

static void a_long_url_is_quoted_whole(void **state)
{
    (void)state;
    struct text_buf form;
    text_buf_init(&form, 16 * 1024);
    text_put_z(&form, "To=%2B243810000001&Body=x&From=%2B15005550006&StatusCallback=http://a.example/");
    for (int i = 0; i < 5000; i++)
        text_put_char(&form, 'x');
    assert_int_equal(code_of(text_buf_z(&form)), 21609);
    const char *message = json_string_value(json_object_get(client_object(&client), "message"));
    assert_true(text_ends(text_of(message), "xxxx is not a valid URL."));
    text_buf_release(&form);
}

#define WITH_CLIENT(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        WITH_CLIENT(each_sender_is_what_its_form_says),
        WITH_CLIENT(stop_by_sms_leaves_whatsapp_open),
        WITH_CLIENT(a_long_url_is_quoted_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
