/* Asking as the backend would, by HTTP, and the simulator's own list of accounts. */
#include "simulator_check.h"

#include "digest.h"
#include "http_client.h"
#include "json.h"
#include "mem.h"
#include "twilio_rules.h"

enum { WITHIN_MS = 10000, URL_BYTES = 400 };

struct asking {
    struct http_client *client;
    const char *url;
    char header[512]; /* Authorization; "" = none */
};

static bool is_loopback(struct text url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        struct text rest = text_from(url, strlen(hosts[i]));
        if (text_starts(url, hosts[i]) && (rest.len == 0 || rest.at[0] == ':' || rest.at[0] == '/') &&
            text_find(url, '@') == url.len)
            return true;
    }
    return false;
}

/* The answer's JSON, new; NULL when there is none. The status, 0 for no answer, goes to *ret_status. */
static json_t *get(const struct asking *asking, const char *path, int *ret_status, struct fail *why)
{
    char url[URL_BYTES];
    struct http_result result;
    struct http_header header = {"Authorization", asking->header};
    struct http_call call = {.url = url,
                             .headers = &header,
                             .header_count = asking->header[0] == '\0' ? 0 : 1,
                             .within_ms = WITHIN_MS};
    json_t *document = NULL;
    struct fail ignored = {0};
    snprintf(url, sizeof url, "%.200s%s", asking->url, path);
    if (!http_client_run(asking->client, &call, &result))
        fail_set(why, "no simulator answers at %s: %s", asking->url, result.error_text);
    *ret_status = result.status;
    if (result.status != 0)
        json_read(text_buf_view(&result.body), "answer", &document, &ignored);
    http_result_release(&result);
    return document;
}

static void authorize(struct asking *asking, const struct twilio_setting *user,
                      const struct twilio_setting *word)
{
    struct text_buf pair;
    text_buf_init(&pair, sizeof asking->header / 2);
    text_putf(&pair, "%s:%s", user->value, word->value);
    char *encoded = digest_base64_encode(text_buf_view(&pair));
    snprintf(asking->header, sizeof asking->header, "Basic %s", encoded);
    mem_free(encoded);
    text_buf_release(&pair);
}

static const struct twilio_setting *seen(const struct twilio_settings *settings, enum twilio_role role)
{
    const struct twilio_setting *setting = twilio_settings_find(settings, role);
    return setting == NULL || setting->hidden || setting->simulated ? NULL : setting;
}

/* Only what is safe in a path. */
static bool plain_word(const char *word)
{
    for (; *word != '\0'; word++)
        if (!((*word >= '0' && *word <= '9') || (*word >= 'a' && *word <= 'z') ||
              (*word >= 'A' && *word <= 'Z')))
            return false;
    return true;
}

static bool check_credentials(struct asking *asking, const struct twilio_settings *settings,
                              struct doctor_findings *findings, struct fail *why)
{
    const struct twilio_setting *sid = seen(settings, TWILIO_ACCOUNT_SID),
                                *token = seen(settings, TWILIO_AUTH_TOKEN);
    char path[URL_BYTES];
    int status;
    if (sid == NULL || token == NULL || !plain_word(sid->value) || sid->value_len > 64) {
        doctor_add(findings, DOCTOR_NOTE, "credentials",
                   "cannot be tried: account SID or auth token is not to be seen");
        return true;
    }
    authorize(asking, sid, token);
    snprintf(path, sizeof path, "/2010-04-01/Accounts/%s.json", sid->value);
    json_t *account = get(asking, path, &status, why);
    if (status == 200)
        doctor_add(findings, DOCTOR_OK, "credentials", "are taken; the account is %.*s and %.*s",
                   TEXT_ARGS(text_first(json_text(account, "type"), 20)),
                   TEXT_ARGS(text_first(json_text(account, "status"), 20)));
    else if (status != 0)
        doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, 20003, sid,
                                     "with its token is refused by the simulator (HTTP %d)", status),
                      "start twilio-sim with the account of these settings (see twilio-sim --help), or set "
                      "the simulator's here");
    json_decref(account);
    return status != 0;
}

static bool sends_sms(const json_t *number)
{
    return json_is_true(json_object_get(json_object_get(number, "capabilities"), "sms"));
}

static void check_number(struct asking *asking, const struct twilio_settings *settings,
                         struct doctor_findings *findings, struct fail *why)
{
    const struct twilio_setting *sid = seen(settings, TWILIO_ACCOUNT_SID),
                                *setting = seen(settings, TWILIO_NUMBER);
    char path[URL_BYTES];
    int status;
    size_t index;
    json_t *number, *found = NULL;
    if (sid == NULL || setting == NULL || asking->header[0] == '\0')
        return;
    snprintf(path, sizeof path, "/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json?PageSize=1000",
             sid->value);
    json_t *answer = get(asking, path, &status, why);
    json_array_foreach(json_object_get(answer, "incoming_phone_numbers"), index,
                       number) if (text_is(json_text(number, "phone_number"), setting->value)) found = number;
    if (status != 200)
        twilio_finding(findings, DOCTOR_NOTE, 0, setting,
                       "whether it is owned cannot be asked without right credentials");
    else if (found == NULL)
        doctor_advise(
            twilio_finding(findings, DOCTOR_PROBLEM, 21659, setting, "is not a number of this account"),
            "set one of the account's, or give the simulator this one (see twilio-sim --help)");
    else if (!sends_sms(found))
        doctor_advise(
            twilio_finding(findings, DOCTOR_PROBLEM, 21606, setting, "is owned, but cannot send SMS"),
            "take a number with the capability sms");
    else
        twilio_finding(findings, DOCTOR_OK, 0, setting, "is owned and can send SMS");
    json_decref(answer);
}

/* The simulator's own view: the sender of WhatsApp, and what a trial means. */
static void check_account(struct asking *asking, const struct twilio_settings *settings,
                          struct doctor_findings *findings, struct fail *why)
{
    const struct twilio_setting *sid = seen(settings, TWILIO_ACCOUNT_SID),
                                *whatsapp = seen(settings, TWILIO_WHATSAPP);
    int status;
    size_t index;
    json_t *account, *list;
    asking->header[0] = '\0';
    json_t *answer = get(asking, "/sim/v1/accounts", &status, why);
    list = json_object_get(answer, "accounts");
    json_array_foreach(list, index, account)
    {
        if (sid == NULL || !text_is(json_text(account, "account_sid"), sid->value))
            continue;
        struct text sender = twilio_number_bare(json_text(account, "whatsapp"));
        struct text plan = json_text(account, "plan");
        if (whatsapp != NULL && !text_equal(twilio_number_bare(text_of(whatsapp->value)), sender))
            doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, 63007, whatsapp,
                                         "is no WhatsApp sender of this account"),
                          "the account's is whatsapp:%.*s", TEXT_ARGS(text_first(sender, 20)));
        else if (whatsapp != NULL)
            twilio_finding(findings, DOCTOR_OK, 0, whatsapp, "is the account's WhatsApp sender");
        doctor_add(findings, DOCTOR_NOTE, "plan", "%.*s%s", TEXT_ARGS(text_first(plan, 20)),
                   text_starts(plan, "trial") ? ": the limits below hold" : "");
    }
    json_decref(answer);
}

bool simulator_check(const char *url, const struct twilio_settings *settings,
                     struct doctor_findings *findings, struct fail *why)
{
    struct text bare = text_of(url);
    while (text_ends(bare, "/"))
        bare = text_first(bare, bare.len - 1);
    if (!is_loopback(bare) || bare.len > URL_BYTES / 2)
        return fail_set(why, "--sim %.100s: only a simulator on this machine is asked, http://127.0.0.1:PORT",
                        url);
    char *copy = text_copy(bare);
    struct asking asking = {.client = http_client_new(NULL), .url = copy};
    doctor_group(findings, "asked of the simulator");
    bool answered = check_credentials(&asking, settings, findings, why);
    if (answered) {
        check_number(&asking, settings, findings, why);
        check_account(&asking, settings, findings, why);
    }
    http_client_free(asking.client);
    mem_free(copy);
    return !why->set;
}
