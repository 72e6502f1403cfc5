/* Every expected signature is a literal: the published vectors, and others computed apart from this code. */
#include "test_support.h"

#include "arena.h"
#include "signature.h"

#define MY_URL "https://mycompany.com/myapp.php?foo=1&bar=2"
#define A32    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B32    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void a_form_is_signed_as_the_validators_check_it(void **state)
{
    (void)state;
    static const struct {
        const char *why, *token, *url, *form, *signature;
    } rows[] = {
        {"the published example", "12345", MY_URL,
         "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212",
         "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
        {"the same in another order", "12345", MY_URL,
         "To=%2B18005551212&Digits=1234&Caller=%2B14158675309&From=%2B14158675309&CallSid=CA1234567890ABCDE",
         "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
        {"values of a repeated name are sorted, equal ones count once", "12345", MY_URL,
         "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU="},
        {"a status callback", "simtoken", "https://example.test/twilio/status",
         "SmsSid=SM" A32 "&MessageSid=SM" A32
         "&SmsStatus=delivered&MessageStatus=delivered&To=%2B243810000001"
         "&From=%2B15005550006&AccountSid=AC" B32 "&ApiVersion=2010-04-01&RawDlrDoneDate=2601021530",
         "+x0FJrmz6Fy6BQN+9KCqgKaKxcE="},
        {"no parameter: the URL alone", "12345", MY_URL, "", "zYQTYrRWXE7LtzbG4PfP7/bkkGo="},
        {"an empty value still gives its name", "12345", MY_URL, "Body=&From=%2B15005550006",
         "MeVNpFiVTqTptgtLOvE0T9vU4VM="},
        {"names and values beyond ASCII are signed as UTF-8", "12345", MY_URL,
         "Body=Votre+code+est+pr%C3%AAt+%3A+123456+%E2%9C%93&%C3%89t%C3%A9=oui",
         "SVufLtOvqZ7MAr69wKSAgMHQvVQ="},
        {"upper case sorts before lower case", "12345", MY_URL, "b=2&B=1&a=3",
         "USnoROB/vgpO1qF55zcCNaT/FRM="},
        {"names are sorted, not name and value together", "12345", MY_URL, "AB=x&A=By",
         "5m9bxp+zuBOJQIatf1o+74DuT1c="},
        {"a port stays as configured", "12345", "https://mycompany.com:8443/myapp.php", "A=1",
         "gfayoZaEZ6GKkf11uGokZEnSNmo="},
        {"so does a default port", "12345", "https://mycompany.com:443/myapp.php", "A=1",
         "10LR0eNec2br6IsIp8XKI/ZrR6A="},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena *arena = arena_new(65536);
        struct form form;
        assert_int_equal(form_parse(arena, text_of(rows[i].form), &form), FORM_OK);
        char signature[SIGNATURE_BYTES];
        signature_sign(text_of(rows[i].token), text_of(rows[i].url), &form, signature);
        if (strcmp(signature, rows[i].signature) != 0)
            fail_msg("%s: expected %s, got %s", rows[i].why, rows[i].signature, signature);
        arena_free(arena);
    }
}

static void the_parameters_keep_their_order(void **state)
{
    (void)state;
    struct form_pair pairs[] = {{TEXT("To"), TEXT("b")}, {TEXT("From"), TEXT("a")}};
    struct form form = {pairs, 2};
    char signature[SIGNATURE_BYTES];
    signature_sign(TEXT("12345"), TEXT(MY_URL), &form, signature);
    assert_text(form.pairs[0].name, "To");
    assert_text(form.pairs[1].name, "From");
}

static void a_json_body_is_signed_through_its_hash(void **state)
{
    (void)state;
    static const struct {
        const char *url, *body, *posted_to, *signature;
    } rows[] = {
        {MY_URL, "{\"property\": \"value\", \"boolean\": true}",
         MY_URL "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
         "a9nBmqA0ju/hNViExpshrM61xv4="},
        {"https://a.example/hook", "{\"a\":1}",
         "https://a.example/hook?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
         "hlB4o+7x0MJSCFthqY9gjGbENEk="},
        {"https://a.example/hook", "",
         "https://a.example/hook?bodySHA256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         "4xrlzritxvP27GobW+4+MBckqZg="},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text_buf url;
        text_buf_init(&url, 1000);
        signature_put_json_url(&url, text_of(rows[i].url), text_of(rows[i].body));
        assert_text(text_buf_view(&url), rows[i].posted_to);
        text_buf_release(&url);
        char signature[SIGNATURE_BYTES];
        signature_sign_json(TEXT("12345"), text_of(rows[i].url), text_of(rows[i].body), signature);
        assert_string_equal(signature, rows[i].signature);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_is_signed_as_the_validators_check_it),
        cmocka_unit_test(the_parameters_keep_their_order),
        cmocka_unit_test(a_json_body_is_signed_through_its_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
