/* Addresses that Twilio is to call: syntax, and whether anybody on the internet could reach them. */
#include "twilio_rules.h"

struct url_parts {
    struct text scheme, user, host, port, path;
};

static bool url_split(struct text url, struct url_parts *ret)
{
    *ret = (struct url_parts){.scheme = text_first(url, text_find(url, ':'))};
    struct text rest = text_from(url, ret->scheme.len);
    if (!text_starts(rest, "://"))
        return false;
    rest = text_from(rest, 3);
    size_t end = 0;
    while (end < rest.len && rest.at[end] != '/' && rest.at[end] != '?' && rest.at[end] != '#')
        end++;
    struct text authority = text_first(rest, end);
    ret->path = text_from(rest, end);
    size_t at = text_find(authority, '@');
    if (at < authority.len) {
        ret->user = text_first(authority, at);
        authority = text_from(authority, at + 1);
    }
    size_t host = text_starts(authority, "[") ? text_find(authority, ']') + 1 : text_find(authority, ':');
    ret->host = text_first(authority, host);
    ret->port = text_from(authority, ret->host.len + 1);
    return ret->host.len > 0;
}

static bool host_valid(struct text host)
{
    if (text_starts(host, "["))
        return text_ends(host, "]");
    for (size_t i = 0; i < host.len; i++) {
        char c = host.at[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '.';
        if (!fine)
            return false;
    }
    return !text_starts(host, ".") && !text_starts(host, "-");
}

static bool is_address(struct text host)
{
    for (size_t i = 0; i < host.len; i++)
        if (host.at[i] != '.' && (host.at[i] < '0' || host.at[i] > '9'))
            return false;
    return true;
}

static bool is_private_172(struct text host)
{
    int64_t second;
    struct text rest = text_from(host, 4);
    return text_starts(host, "172.") && text_to_int(text_first(rest, text_find(rest, '.')), 16, 31, &second);
}

/* Names and addresses that lead nowhere from outside. */
static const char *private_because(struct text host)
{
    static const char *const starts[] = {"127.", "10.", "192.168.", "169.254.", "0.", "[::1]", "[f"};
    static const char *const ends[] = {".local", ".localhost", ".internal", ".lan", ".home",
                                       ".test",  ".invalid",   ".example",  ".svc"};
    bool address = is_address(host) || text_starts(host, "[");
    for (size_t i = 0; address && i < sizeof starts / sizeof starts[0]; i++)
        if (text_starts(host, starts[i]))
            return "is an address of this machine or of a private network";
    if (address)
        return is_private_172(host) ? "is an address of a private network" : NULL;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (text_ends(host, ends[i]))
            return "is a name that only a private network knows";
    if (text_is_nocase(host, "localhost"))
        return "is this machine itself";
    return text_find(host, '.') == host.len ? "is a name that only a private network knows" : NULL;
}

static void wrong(const struct twilio_setting *setting, struct doctor_findings *findings, struct text shown,
                  const char *reason, const char *advice)
{
    doctor_advise(twilio_finding(findings, DOCTOR_PROBLEM, 21609, setting, "%.*s %s",
                                 TEXT_ARGS(text_first(shown, 80)), reason),
                  "%s", advice);
}

static bool check_syntax(const struct twilio_setting *setting, struct text url, struct url_parts *parts,
                         struct doctor_findings *findings)
{
    int64_t port;
    struct text unshown = TEXT("the address");
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.at[i] <= 0x20 || (unsigned char)url.at[i] >= 0x7F) {
            wrong(setting, findings, unshown, "has a space or a character that an address must escape",
                  "write it percent-encoded");
            return false;
        }
    if (!url_split(url, parts) ||
        !(text_is_nocase(parts->scheme, "https") || text_is_nocase(parts->scheme, "http")))
        wrong(setting, findings, unshown, "does not begin with https://",
              "write it whole, for example https://api.shop.example/twilio/status");
    else if (!host_valid(parts->host))
        wrong(setting, findings, unshown, "has a host name that is none",
              "check what stands behind https://");
    else if (parts->port.len > 0 && !text_to_int(parts->port, 1, 65535, &port))
        wrong(setting, findings, parts->host, "has a port that is none", "1 to 65535, or nothing");
    else
        return true;
    return false;
}

void twilio_rules_address(const struct twilio_settings *settings, const struct twilio_setting *setting,
                          struct doctor_findings *findings)
{
    struct url_parts parts;
    struct text url = text_span(setting->value, setting->value_len);
    if (!check_syntax(setting, url, &parts, findings))
        return;
    const char *reason = private_because(parts.host);
    bool callback = setting->role == TWILIO_CALLBACK;
    if (settings->deployment && reason != NULL)
        wrong(setting, findings, parts.host, reason,
              "Twilio calls from the internet: set the public address of the deployment");
    else
        twilio_finding(findings, DOCTOR_OK, 0, setting, "%.*s, a %s", TEXT_ARGS(text_first(parts.host, 80)),
                       reason == NULL ? "public name; whether it answers is not known offline"
                                      : "place near the simulator");
    if (settings->deployment && text_is_nocase(parts.scheme, "http"))
        doctor_advise(twilio_finding(findings, DOCTOR_WARNING, 0, setting, "is not encrypted (http)"),
                      "use https: statuses carry people's numbers, and the signature is made of the address "
                      "as it is called");
    if (parts.user.len > 0)
        twilio_finding(findings, DOCTOR_WARNING, 0, setting, "has a user name or a password in it");
    if (callback && (parts.path.len == 0 || text_is(parts.path, "/")))
        doctor_advise(twilio_finding(findings, DOCTOR_WARNING, 0, setting, "has no path"),
                      "a status callback goes to a route of the backend, such as /twilio/status");
}
