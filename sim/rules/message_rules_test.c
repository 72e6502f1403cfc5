/* Which creates are refused with which code, and which refusal comes first. */
#include "test_support.h"
#include "arena.h"
#include "message_rules.h"

/* What a create looks like; zero is a good one on a paid account. */
struct create {
    enum account_plan_id plan;
    const char *to, *from; /* NULL: good ones; without prefix */
    const char *also;      /* more of the form */
    enum channel to_channel, from_channel;
    enum number_line line; /* LINE_UNKNOWN: mobile */
    bool no_from, no_to, no_body, service, not_owned, owned_by_other, no_sms;
    bool unverified, abroad, opted_out;
    int sent_today;
};

/* The code that the rules give, 0 = accepted. */
static int judge(const struct create *create)
{
    struct arena *arena = arena_new(64 * 1024);
    struct text_buf body;
    struct form form;
    const char *to = create->to != NULL ? create->to : "+243810000001";
    const char *from = create->from != NULL ? create->from : "+15005550006";
    text_buf_init(&body, 4096);
    if (!create->no_to)
        form_put(&body, TEXT("To"), text_of(to));
    if (!create->no_body)
        form_put(&body, TEXT("Body"), TEXT("Votre code est 123456"));
    if (create->service)
        form_put(&body, TEXT("MessagingServiceSid"), TEXT("MG00000000000000000000000000000001"));
    text_putf(&body, "&%s", create->also != NULL ? create->also : "");
    assert_int_equal(form_parse(arena, text_buf_view(&body), &form), FORM_OK);
    struct message_facts facts = {
        .plan = account_plan(create->plan),
        .form = &form,
        .params = {.now_ms = 1700000000000, .loopback_callbacks = true},
        .to = text_of(create->no_to ? "" : to),
        .from = text_of(create->no_from ? "" : from),
        .to_channel = create->to_channel,
        .from_channel = create->from_channel,
        .to_line = create->line == LINE_UNKNOWN ? LINE_MOBILE : create->line,
        .sender = create->service ? SENDER_SERVICE : sender_kind_of(text_of(create->no_from ? "" : from)),
        .sender_owned = !create->not_owned && !create->owned_by_other,
        .sender_owned_by_other = create->owned_by_other,
        .sender_sms = !create->no_sms,
        .recipient_verified = !create->unverified,
        .recipient_opted_out = create->opted_out,
        .country_permitted = !create->abroad,
        .sent_today = create->sent_today,
    };
    number_judge(facts.to, &facts.to_number);
    enum error_id error = message_rules_judge(&facts);
    text_buf_release(&body);
    arena_free(arena);
    return error == ERROR_NONE ? 0 : error_code(error)->code;
}

static const struct {
    const char *why;
    struct create create;
    int code;
} single_facts[] = {
    {"a good message", {.plan = PLAN_PAID}, 0},
    {"a good message on trial", {.plan = PLAN_TRIAL_LEGACY}, 0},
    {"a good message with test credentials", {.plan = PLAN_TEST}, 0},
    {"no sender", {.no_from = true}, 21603},
    {"no recipient", {.no_to = true}, 21604},
    {"nothing to say", {.no_body = true}, 21602},
    {"a picture says enough", {.no_body = true, .also = "MediaUrl=https%3A%2F%2Fexample.com%2Fa.png"}, 0},
    {"sms to whatsapp", {.to_channel = CHANNEL_WHATSAPP}, 21910},
    {"whatsapp to sms", {.from_channel = CHANNEL_WHATSAPP}, 21910},
    {"a service takes either", {.service = true, .to_channel = CHANNEL_WHATSAPP}, 21701},
    {"a sender too short", {.from = "+12"}, 21212},
    {"a sender with a sign", {.from = "KIN-TAXI"}, 21212},
    {"a sender of twelve letters", {.from = "ABCDEFGHIJKL"}, 21212},
    {"somebody else's number", {.not_owned = true}, 21659},
    {"another account's number", {.owned_by_other = true}, 21660},
    {"a number without SMS", {.no_sms = true}, 21661},
    {"an unknown WhatsApp sender",
     {.not_owned = true, .to_channel = CHANNEL_WHATSAPP, .from_channel = CHANNEL_WHATSAPP},
     63007},
    {"letters need no number", {.from = "KINTAXI", .not_owned = true}, 0},
    {"letters on trial", {.plan = PLAN_TRIAL_LEGACY, .from = "KINTAXI"}, 21267},
    {"to itself", {.to = "+15005550006"}, 21266},
    {"to a word", {.to = "hello"}, 21211},
    {"to a national number", {.to = "0810000001"}, 21211},
    {"to a country that is none", {.to = "+999123456789"}, 21211},
    {"too short", {.to = "+24381000"}, 21265},
    {"too long", {.to = "+2438100000012"}, 21211},
    {"not in the plan", {.to = "+243110000001"}, 21211},
    {"unverified on trial", {.plan = PLAN_TRIAL_LEGACY, .unverified = true}, 21608},
    {"unverified on a paid account", {.unverified = true}, 0},
    {"unverified by WhatsApp on trial",
     {.plan = PLAN_TRIAL_LEGACY,
      .unverified = true,
      .to_channel = CHANNEL_WHATSAPP,
      .from_channel = CHANNEL_WHATSAPP},
     0},
    {"a magic recipient", {.plan = PLAN_TEST, .to = "+15005550002"}, 21612},
    {"a magic recipient on a paid account", {.to = "+15005550002"}, 0},
    {"a magic sender", {.plan = PLAN_TEST, .from = "+15005550008"}, 21611},
    {"abroad", {.abroad = true}, 21408},
    {"abroad by WhatsApp",
     {.abroad = true, .to_channel = CHANNEL_WHATSAPP, .from_channel = CHANNEL_WHATSAPP},
     0},
    {"a landline", {.line = LINE_LANDLINE}, 21614},
    {"a landline by WhatsApp",
     {.line = LINE_LANDLINE, .to_channel = CHANNEL_WHATSAPP, .from_channel = CHANNEL_WHATSAPP},
     0},
    {"a premium number", {.line = LINE_PREMIUM}, 21268},
    {"mobile or landline: nobody knows", {.line = LINE_MOBILE_OR_LANDLINE}, 0},
    {"opted out", {.opted_out = true}, 21610},
    {"a callback that is no URL", {.also = "StatusCallback=ftp%3A%2F%2Fexample.com"}, 21609},
    {"the last of the day", {.plan = PLAN_TRIAL_LEGACY, .sent_today = 49}, 0},
    {"one too many", {.plan = PLAN_TRIAL_LEGACY, .sent_today = 50}, 63038},
    {"many on a paid account", {.sent_today = 100000}, 0},
};

static void each_fact_is_judged_by_its_own_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(single_facts); i++) {
        int code = judge(&single_facts[i].create);
        if (code != single_facts[i].code)
            fail_msg("%s: expected %d, got %d", single_facts[i].why, single_facts[i].code, code);
    }
}

/* ---- the order: one defect a check, in the order of reference/twilio-messaging.md 2.3 */

static void without_sender(struct create *c)
{
    c->no_from = true;
    c->service = false;
}

static void without_recipient(struct create *c)
{
    c->no_to = true;
}

static void without_content(struct create *c)
{
    c->no_body = true;
}

static void with_two_channels(struct create *c)
{
    c->to_channel = CHANNEL_WHATSAPP;
    c->service = false;
}

static void with_malformed_sender(struct create *c)
{
    c->from = "+12";
    c->service = false;
}

static void with_unknown_service(struct create *c)
{
    c->service = true;
}

static void with_magic_sender(struct create *c)
{
    c->plan = PLAN_TEST;
    c->from = "+15005550008";
}

static void with_foreign_sender(struct create *c)
{
    c->plan = PLAN_PAID;
    c->from = "+15017122661";
    c->not_owned = true;
}

static void with_itself_as_recipient(struct create *c)
{
    c->to = c->from = "+15005550006";
}

static void with_a_word_as_recipient(struct create *c)
{
    c->to = "hello";
}

static void with_letters_on_trial(struct create *c)
{
    c->plan = PLAN_TRIAL_LEGACY;
    c->from = "KINTAXI";
}

static void with_unverified_recipient(struct create *c)
{
    c->plan = PLAN_TRIAL_LEGACY;
    c->unverified = true;
}

static void with_magic_recipient(struct create *c)
{
    c->plan = PLAN_TEST;
    c->to = "+15005550002";
}

static void with_country_closed(struct create *c)
{
    c->abroad = true;
}

static void with_short_recipient(struct create *c)
{
    c->to = "+24381000";
}

static void with_landline(struct create *c)
{
    c->line = LINE_LANDLINE;
}

static void with_opt_out(struct create *c)
{
    c->opted_out = true;
}

static void with_bad_callback(struct create *c)
{
    c->also = "StatusCallback=ftp%3A%2F%2Fexample.com";
}

static void with_full_day(struct create *c)
{
    c->plan = PLAN_TRIAL_LEGACY;
    c->sent_today = 50;
}

static const struct {
    void (*spoil)(struct create *create);
    int code;
} defects[] = {
    {without_sender, 21603},
    {without_recipient, 21604},
    {without_content, 21602},
    {with_two_channels, 21910},
    {with_malformed_sender, 21212},
    {with_unknown_service, 21701},
    {with_magic_sender, 21611},
    {with_foreign_sender, 21659},
    {with_itself_as_recipient, 21266},
    {with_a_word_as_recipient, 21211},
    {with_letters_on_trial, 21267},
    {with_unverified_recipient, 21608},
    {with_magic_recipient, 21612},
    {with_country_closed, 21408},
    {with_short_recipient, 21265},
    {with_landline, 21614},
    {with_opt_out, 21610},
    {with_bad_callback, 21609},
    {with_full_day, 63038},
};

/* The earlier defect is applied last, so that it stands whatever the later one changed. */
static void of_two_defects_the_earlier_one_is_answered(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(defects); i++) {
        for (size_t later = i; later < COUNT_OF(defects); later++) {
            struct create create = {0};
            defects[later].spoil(&create);
            defects[i].spoil(&create);
            int code = judge(&create);
            if (code != defects[i].code)
                fail_msg("%d with %d: answered %d", defects[i].code, defects[later].code, code);
        }
    }
}

static void a_sender_is_of_one_kind(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        enum sender_kind kind;
    } rows[] = {
        {"", SENDER_NONE},
        {"+1500555", SENDER_NUMBER},
        {"+150055", SENDER_MALFORMED},
        {"+123456789012345", SENDER_NUMBER},
        {"+1234567890123456", SENDER_MALFORMED},
        {"+1500555000x", SENDER_MALFORMED},
        {"+", SENDER_MALFORMED},
        {"123", SENDER_SHORT_CODE},
        {"123456", SENDER_SHORT_CODE},
        {"12", SENDER_MALFORMED},
        {"1234567", SENDER_MALFORMED},
        {"A", SENDER_ALPHANUMERIC},
        {"My Taxi 24", SENDER_ALPHANUMERIC},
        {"ABCDEFGHIJK", SENDER_ALPHANUMERIC},
        {"ABCDEFGHIJKL", SENDER_MALFORMED},
        {"Taxi!", SENDER_MALFORMED},
        {"T\xc3\xa9l", SENDER_MALFORMED},
        {" ", SENDER_MALFORMED},
        {"12 34", SENDER_MALFORMED},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (sender_kind_of(text_of(rows[i].from)) != rows[i].kind)
            fail_msg("'%s'", rows[i].from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_is_judged_by_its_own_rule),
        cmocka_unit_test(of_two_defects_the_earlier_one_is_answered),
        cmocka_unit_test(a_sender_is_of_one_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
