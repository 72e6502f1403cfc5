/* Options and their meaning. */
#include "sim_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "callback_urls.h"
#include "clock.h"
#include "mem.h"
#include "sids.h"

const struct option_row sim_option_rows[] = {
    {"port", 'p', OPTION_INT_LIST, "N", "4010", "port to listen on; 0 takes a free one; may be repeated", 0,
     65535},
    {"listen", 'l', OPTION_LIST, "ADDRESS", "127.0.0.1",
     "address to listen on; others than loopback need a token for /sim/v1", 0, 0},
    {"account-plan", 0, OPTION_CHOICE, "paid|test|trial-legacy", "paid", "what kind of account it is", 0, 0},
    {"account-status", 0, OPTION_CHOICE, "active|suspended|closed", "active", "the account's status", 0, 0},
    {"account-sid", 0, OPTION_TEXT, "SID", NULL, "the account's SID; made up when not given", 0, 0},
    {"auth-token", 0, OPTION_TEXT, "TOKEN", NULL, "the account's auth token; made up when not given", 0, 0},
    {"any-account", 0, OPTION_FLAG, NULL, NULL,
     "take the account SID and token that requests bring, such as a .env has; its token is never shown", 0,
     0},
    {"api-key", 0, OPTION_LIST, "SID:SECRET", NULL, "an API key of the account; may be repeated", 0, 0},
    {"number", 'n', OPTION_TEXT, "NUMBER", "+15005550006", "the account's sender number", 0, 0},
    {"whatsapp-number", 0, OPTION_TEXT, "NUMBER", NULL,
     "its WhatsApp sender (default: the sandbox on trial, else the number)", 0, 0},
    {"sms-url", 0, OPTION_TEXT, "URL", NULL, "where the number posts what people write to it", 0, 0},
    {"home", 0, OPTION_TEXT, "COUNTRY", "CD", "the account's home country", 0, 0},
    {"countries", 0, OPTION_TEXT, "LIST", NULL,
     "geo permissions (default: the home country on trial, else all)", 0, 0},
    {"balance", 0, OPTION_TEXT, "DOLLARS", NULL, "the account's balance", 0, 0},
    {"verified", 0, OPTION_LIST, "NUMBER", NULL, "a verified recipient; may be repeated", 0, 0},
    {"sent-after", 0, OPTION_DURATION, "TIME", "0ms", "time from a message's creation to its status sent", 0,
     0},
    {"delivered-after", 0, OPTION_DURATION, "TIME", "0ms", "time from sent to delivered", 0, 0},
    {"strict-callbacks", 0, OPTION_FLAG, NULL, NULL,
     "refuse StatusCallback URLs on this machine with 21609, as Twilio does", 0, 0},
    {"rewrite", 0, OPTION_LIST, "FROM=TO", NULL,
     "send callbacks for FROM to TO, signed for FROM; may be repeated", 0, 0},
    {"callback-ca", 0, OPTION_TEXT, "FILE", NULL, "certificates to trust when a callback goes to https", 0,
     0},
    {"callbacks-anywhere", 0, OPTION_FLAG, NULL, NULL,
     "let callbacks leave this machine and its private networks", 0, 0},
    {"concurrency", 0, OPTION_INT, "N", "0", "requests at once before 20429; 0 = no limit", 0, 100000},
    {"suspended-code", 0, OPTION_CHOICE, "20003|20005|20403", "20403",
     "what a suspended or closed account gets (unconfirmed)", 0, 0},
    {"setup", 0, OPTION_TEXT, "FILE", NULL,
     "account, people and faults from a YAML file, in the keys of a scenario; options beat it", 0, 0},
    {"ca-dir", 0, OPTION_TEXT, "FOLDER", NULL, "keep the certificate authority here", 0, 0},
    {"store", 0, OPTION_TEXT, "FILE", NULL,
     "keep everything in this file (SQLite), and go on with what is in it", 0, 0},
    {"remember", 0, OPTION_FLAG, NULL, NULL,
     "have the same SID, token, numbers and CA at every start, kept under the user's state folder", 0, 0},
    {"remember-as", 0, OPTION_TEXT, "NAME", NULL, "the same under a name of its own, for a second project", 0,
     0},
    {"clock", 0, OPTION_TEXT, "PAGE", NULL, "follow the clock page that somebody else moves: PATH[:PARTY]", 0,
     0},
    {"seed", 0, OPTION_INT, "N", "0", "makes SIDs and chances repeatable; 0 = new ones each time", 0,
     INT64_MAX},
    {"virtual-time", 0, OPTION_FLAG, NULL, NULL,
     "a clock of its own, which POST /sim/v1/clock moves; with exec also the command's", 0, 0},
    {"control-token", 0, OPTION_TEXT, "TOKEN", NULL, "what /sim/v1 wants as a bearer token", 0, 0},
    {"control-host", 0, OPTION_LIST, "NAME", NULL, "a host name beside loopback under which /sim/v1 answers",
     0, 0},
    {"host", 0, OPTION_LIST, "NAME=STATUS:JSON", NULL, "a canned answer for another host; may be repeated", 0,
     0},
    {"threads", 0, OPTION_INT, "N", "0", "worker threads; 0 = half the cores", 0, 256},
    {"quiet", 'q', OPTION_FLAG, NULL, NULL, "log errors only", 0, 0},
    {0},
};

static bool read_rewrites(const struct options *options, struct settings *ret, struct fail *why)
{
    size_t count = options_count(options, "rewrite");
    ret->rewrites = mem_new_array(count + 1, sizeof *ret->rewrites);
    for (size_t i = 0; i < count; i++) {
        if (!callback_rewrite_read(text_of(options_item(options, "rewrite", i)), &ret->rewrites[i], why))
            return false;
        ret->callbacks.rewrite_count++;
    }
    ret->callbacks.rewrites = ret->rewrites;
    return true;
}

static bool check_any_account(const struct options *options, struct fail *why)
{
    bool fixed = options_text(options, "account-sid") != NULL || options_text(options, "auth-token") != NULL;
    return !fixed || !options_flag(options, "any-account") ||
           fail_set(why,
                    "--any-account takes what requests bring, --account-sid and --auth-token say what it "
                    "is: not both");
}

static bool check_addresses(const struct options *options, struct fail *why)
{
    struct address address;
    struct fail reason = {0};
    for (size_t i = 0; i < options_count(options, "listen"); i++)
        if (!address_parse(options_item(options, "listen", i), 0, &address, &reason))
            return fail_set(why, "--listen: %s", reason.text);
    return true;
}

/* libcurl would say so at the first callback only. */
static bool check_callback_ca(const char *path, struct fail *why)
{
    FILE *file = path == NULL ? NULL : fopen(path, "re");
    if (path != NULL && file == NULL)
        return fail_set(why, "--callback-ca: %s cannot be read: %s", path, strerror(errno));
    if (file != NULL)
        fclose(file);
    return true;
}

static bool listens_elsewhere(const struct options *options)
{
    for (size_t i = 0; i < options_count(options, "listen"); i++) {
        const char *address = options_item(options, "listen", i);
        if (strcmp(address, "0.0.0.0") == 0 || !host_is_loopback(text_of(address)))
            return true;
    }
    return false;
}

/* A token of one's own, or one made up where somebody else could ask. */
static void choose_token(const struct options *options, struct settings *ret)
{
    struct ids ids;
    ret->sim.control_token = options_text(options, "control-token");
    if (ret->sim.control_token != NULL || !listens_elsewhere(options))
        return;
    ids_init(&ids, 0);
    ret->sim.control_token = ids_token(&ids, ret->control_token);
}

static void read_account(const struct options *options, struct account_setup *ret)
{
    static const char *const statuses[] = {"active", "suspended", "closed"};
    const char *status = options_text(options, "account-status");
    *ret = (struct account_setup){.plan = account_plan_find(text_of(options_text(options, "account-plan"))),
                                  .sid = text_of(options_text(options, "account-sid")),
                                  .token = text_of(options_text(options, "auth-token")),
                                  .number = text_of(options_text(options, "number")),
                                  .whatsapp = text_of(options_text(options, "whatsapp-number")),
                                  .home = text_of(options_text(options, "home")),
                                  .sms_url = text_of(options_text(options, "sms-url")),
                                  .countries = text_of(options_text(options, "countries")),
                                  .countries_listed = options_given(options, "countries"),
                                  .balance = text_of(options_text(options, "balance"))};
    for (int i = 0; i < 3; i++)
        if (strcmp(statuses[i], status) == 0)
            ret->status = (enum account_status)i;
}

static bool read_other_hosts(const struct options *options, struct settings *ret, struct fail *why)
{
    size_t count = options_count(options, "host");
    ret->other_hosts = mem_new_array(count + 1, sizeof *ret->other_hosts);
    ret->domains = mem_new_array(count + 2, sizeof *ret->domains);
    ret->domains[0] = "twilio.com";
    for (size_t i = 0; i < count; i++) {
        struct fail reason = {0};
        if (!other_host_read(text_of(options_item(options, "host", i)), &ret->other_hosts[i], &reason))
            return fail_set(why, "--host: %s", reason.text);
        ret->domains[i + 1] = ret->other_hosts[i].name;
        ret->other_host_count++;
    }
    return true;
}

bool settings_read(const struct options *options, struct settings *ret, struct fail *why)
{
    int64_t suspended_code = 0;
    *ret = (struct settings){0};
    read_account(options, &ret->sim.account);
    text_to_int(text_of(options_text(options, "suspended-code")), 0, 99999, &suspended_code);
    ret->sim.seed = (uint64_t)options_int(options, "seed");
    ret->sim.sent_after_ms = options_duration_ms(options, "sent-after");
    ret->sim.delivered_after_ms = options_duration_ms(options, "delivered-after");
    ret->sim.strict_callbacks = options_flag(options, "strict-callbacks");
    ret->sim.concurrency_max = (int)options_int(options, "concurrency");
    ret->sim.suspended_code = (int)suspended_code;
    ret->callbacks.ca_file = options_text(options, "callback-ca");
    ret->callbacks.reach_public = options_flag(options, "callbacks-anywhere");
    choose_token(options, ret);
    size_t hosts = options_count(options, "control-host");
    ret->control_hosts = mem_new_array(hosts + 1, sizeof *ret->control_hosts);
    for (size_t i = 0; i < hosts; i++)
        ret->control_hosts[i] = options_item(options, "control-host", i);
    ret->sim.any_account = options_flag(options, "any-account");
    return check_any_account(options, why) && check_addresses(options, why) &&
           check_callback_ca(ret->callbacks.ca_file, why) && read_rewrites(options, ret, why) &&
           read_other_hosts(options, ret, why);
}

void settings_release(struct settings *settings)
{
    for (size_t i = 0; i < settings->callbacks.rewrite_count; i++)
        callback_rewrite_release(&settings->rewrites[i]);
    mem_free(settings->rewrites);
    mem_free(settings->control_hosts);
    for (size_t i = 0; i < settings->other_host_count; i++)
        other_host_release(&settings->other_hosts[i]);
    mem_free(settings->other_hosts);
    mem_free(settings->domains);
}

static struct api_key *find_key(struct account *account, struct text sid)
{
    for (size_t i = 0; i < account->key_count; i++)
        if (text_is(sid, account->keys[i].sid))
            return &account->keys[i];
    return NULL;
}

static bool add_key(struct account *account, const char *pair, struct fail *why)
{
    struct text rest = text_of(pair), sid;
    bool split = text_split(&rest, ':', &sid);
    if (!split || !sid_is(sid, "SK") || rest.len == 0 || rest.len >= TOKEN_BYTES)
        return fail_set(
            why, "--api-key: '%s' is not SK and 32 hex digits, a colon and a secret of at most %d characters",
            pair, TOKEN_BYTES - 1);
    struct api_key *key = find_key(account, sid); /* a store may have it already */
    if (key == NULL && account->key_count == ACCOUNT_KEYS_MAX)
        return fail_set(why, "--api-key: more than %d", ACCOUNT_KEYS_MAX);
    if (key == NULL)
        key = &account->keys[account->key_count++];
    snprintf(key->sid, sizeof key->sid, "%.*s", TEXT_ARGS(sid));
    snprintf(key->secret, sizeof key->secret, "%.*s", TEXT_ARGS(rest));
    return true;
}

bool settings_furnish(const struct options *options, struct sim *sim, struct fail *why)
{
    struct account *account = sim_account(sim);
    for (size_t i = 0; i < options_count(options, "api-key"); i++)
        if (!add_key(account, options_item(options, "api-key", i), why))
            return false;
    for (size_t i = 0; i < options_count(options, "verified"); i++) {
        const char *number = options_item(options, "verified", i);
        struct number judged;
        number_judge(text_of(number), &judged);
        if (judged.e164[0] == '\0')
            return fail_set(why, "--verified: '%s' is no number: %s", number,
                            number_fault_text(judged.fault));
        if (account_caller_id(account, text_of(judged.e164)) == NULL) /* a store may have it already */
            account_add_caller_id(account, &sim->ids, judged.e164, judged.e164, clock_wall_ms());
    }
    return true;
}
