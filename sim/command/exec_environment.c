/* Environment variables for the children of `twilio-sim exec`. */
#include "exec_environment.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "clock_page.h"
#include "preload_way.h"
#include "trust_store.h"

#define PHP_FILE  "twilio-sim.ini"
#define JAVA_FILE "ca.jks"

static const char *const proxy_names[] = {"HTTP_PROXY",  "http_proxy", "HTTPS_PROXY",
                                          "https_proxy", "ALL_PROXY",  "all_proxy"};
static const char *const no_proxy_names[] = {"NO_PROXY", "no_proxy"};
static const char *const ca_names[] = {"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE",    "REQUESTS_CA_BUNDLE",
                                       "CURL_CA_BUNDLE",      "TWILIO_CA_BUNDLE", "GIT_SSL_CAINFO"};

static void set_all(const char *const *names, size_t count, const char *value)
{
    for (size_t i = 0; i < count; i++)
        setenv(names[i], value, 1);
}

/* "FILE" with another ending, beside the CA. */
static void beside(const char *ca_file, const char *name, struct text_buf *out)
{
    const char *slash = strrchr(ca_file, '/');
    text_put(out, text_span(ca_file, slash == NULL ? 0 : (size_t)(slash - ca_file) + 1));
    text_put_z(out, name);
}

static bool write_php_ini(const char *ca_file, struct fail *why)
{
    struct text_buf path, folder, ini;
    text_buf_init(&path, 4096);
    text_buf_init(&ini, 16 * 1024);
    trust_store_put_php_ini(&ini, ca_file);
    text_buf_init(&folder, 4096);
    beside(ca_file, PHP_FILE, &path);
    FILE *file = fopen(text_buf_z(&path), "we");
    bool fine = file != NULL;
    if (fine) {
        fputs(text_buf_z(&ini), file);
        fine = fclose(file) == 0;
    }
    if (!fine)
        fail_set(why, "%s cannot be written: %s", text_buf_z(&path), strerror(errno));
    text_put_char(&folder, ':'); /* an empty part stands for PHP's own folder */
    beside(ca_file, "", &folder);
    setenv("PHP_INI_SCAN_DIR", text_buf_z(&folder), 1);
    text_buf_release(&path);
    text_buf_release(&folder);
    text_buf_release(&ini);
    return fine;
}

static bool set_java(const struct server *server, bool by_proxy, struct fail *why)
{
    struct text_buf store, options;
    text_buf_init(&store, 4096);
    text_buf_init(&options, 8192);
    beside(authority_ca_file(server->authority), JAVA_FILE, &store);
    bool fine = trust_store_write(text_buf_z(&store), authority_ca_pem(server->authority), why);
    const char *before = getenv("JAVA_TOOL_OPTIONS");
    if (before != NULL)
        text_putf(&options, "%s ", before);
    if (by_proxy)
        trust_store_put_java_proxy(&options, server_host(server), server->port);
    trust_store_put_java_options(&options, text_buf_z(&store));
    setenv("JAVA_TOOL_OPTIONS", text_buf_z(&options), 1);
    text_buf_release(&store);
    text_buf_release(&options);
    return fine;
}

static void set_proxy(const char *address)
{
    set_all(proxy_names, sizeof proxy_names / sizeof proxy_names[0], address);
    set_all(no_proxy_names, sizeof no_proxy_names / sizeof no_proxy_names[0], "localhost,127.0.0.1,::1");
}

/* The value is stolen. */
static void set_and_free(const char *name, char *value)
{
    setenv(name, value, 1);
    mem_free(value);
}

static bool set_preload(const struct server *server, const char *refusals, struct fail *why)
{
    char library[PATH_MAX];
    if (strcmp(server_host(server), "127.0.0.1") != 0)
        return fail_set(why, "--preload: programs are led to 127.0.0.1, and --listen names another address");
    if (!preload_library_find(library, why))
        return false;
    set_and_free("LD_PRELOAD", preload_list(getenv("LD_PRELOAD"), library));
    set_and_free(PRELOAD_NET_VARIABLE, preload_net_value(server->port, refusals));
    set_and_free(PRELOAD_HOSTS_VARIABLE, preload_hosts_value(server->settings.domains));
    for (size_t i = 0; i < sizeof proxy_names / sizeof proxy_names[0]; i++) /* none leads to the simulator */
        unsetenv(proxy_names[i]);
    return true;
}

/* With virtual time: the library that puts the command and its children on our clock. libuv must not wait in
 * io_uring, which nobody can end for it. */
static bool set_clock(const struct server *server, struct fail *why)
{
    char library[PATH_MAX];
    struct fail reason = {0};
    if (server->virtual_time == NULL)
        return true;
    if (!preload_library_find(library, &reason))
        return fail_set(why, "--virtual-time: %s", reason.text);
    set_and_free(CLOCK_PAGE_VARIABLE, virtual_time_party(server->virtual_time, "backend"));
    set_and_free("LD_PRELOAD", preload_list(getenv("LD_PRELOAD"), library));
    setenv("UV_USE_IO_URING", "0", 1);
    return true;
}

bool exec_environment_set(const struct server *server, const char *refusals, struct fail *why)
{
    char address[64], whatsapp[64];
    const struct account *account = sim_account(server->sim);
    const char *ca_file = authority_ca_file(server->authority);
    server_address(server, address);
    snprintf(whatsapp, sizeof whatsapp, "whatsapp:%s", account->whatsapp);
    set_all(ca_names, sizeof ca_names / sizeof ca_names[0], ca_file);
    if (!server->settings.sim.any_account) { /* else what a .env says counts */
        setenv("TWILIO_ACCOUNT_SID", account->sid, 1);
        setenv("TWILIO_AUTH_TOKEN", account->token, 1);
    }
    setenv("TWILIO_PHONE_NUMBER", account->number_count > 0 ? account->numbers[0].e164 : "", 1);
    setenv("TWILIO_WHATSAPP_FROM", whatsapp, 1);
    setenv("TWILIO_SIM_ADDRESS", address, 1);
    setenv("TWILIO_SIM_URL", address, 1); /* what `twilio-sim code` and `messages` ask */
    if (server->control.token != NULL)
        setenv("TWILIO_SIM_CONTROL_TOKEN", server->control.token, 1);
    if (refusals == NULL)
        set_proxy(address);
    else if (!set_preload(server, refusals, why))
        return false;
    return write_php_ini(ca_file, why) && set_java(server, refusals == NULL, why) && set_clock(server, why);
}

void exec_environment_clear(const struct server *server)
{
    static const char *const names[] = {PHP_FILE, JAVA_FILE};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct text_buf path;
        text_buf_init(&path, 4096);
        beside(authority_ca_file(server->authority), names[i], &path);
        unlink(text_buf_z(&path));
        text_buf_release(&path);
    }
}
