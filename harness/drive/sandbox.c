/* Puts the parts of a sandbox together: guardian, namespaces, files, network, names, refusals. Which way is
 * taken is decided in sandbox_choice.c. */
#include "sandbox.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file_bytes.h"
#include "guardian.h"
#include "mem.h"
#include "name_server.h"
#include "preload_way.h"
#include "private_files.h"
#include "private_network.h"
#include "refusal_listener.h"
#include "refuser.h"
#include "trust_store.h"

struct sandbox {
    struct sandbox_options options;
    sandbox_body *body;
    void *context;
    struct private_files files;
    struct name_server *names;
    struct refuser *refuser;
    struct refusal_listener *refusals;
    char library[PATH_MAX]; /* of the preload way; "" in the others */
    char ca_file[PATH_MAX]; /* "" until sandbox_trust() */
    char bundle[PATH_MAX];  /* the machine's certificates and the CA, in one file */
    char java_store[PATH_MAX];
    char php_folders[PATH_MAX]; /* where PHP looks for ini files */
};

static bool namespace_prepare(void *context, struct fail *why)
{
    struct sandbox *sandbox = context;
    return private_files_mount(sandbox->options.keep, &sandbox->files, why) && private_network_set_up(why);
}

static bool namespace_open(struct sandbox *sandbox, struct fail *why)
{
    sandbox->refuser = refuser_new(sandbox->options.events, why);
    if (sandbox->refuser == NULL)
        return false;
    sandbox->names = name_server_new(sandbox->options.hosts, sandbox->options.events, why);
    return sandbox->names != NULL;
}

static bool preload_open(struct sandbox *sandbox, struct fail *why)
{
    if (!preload_library_find(sandbox->library, why))
        return false;
    sandbox->refusals = refusal_listener_new(sandbox->options.events, why);
    return sandbox->refusals != NULL;
}

static bool proxy_open(struct sandbox *sandbox, struct fail *why)
{
    (void)sandbox;
    (void)why;
    return true;
}

static bool worker_open(void *context, struct fail *why)
{
    static bool (*const open[])(struct sandbox *, struct fail *) = {
        [SANDBOX_NAMESPACE] = namespace_open, [SANDBOX_PRELOAD] = preload_open, [SANDBOX_PROXY] = proxy_open};
    struct sandbox *sandbox = context;
    return open[sandbox->options.way](sandbox, why);
}

static int worker_work(void *context)
{
    struct sandbox *sandbox = context;
    int status = sandbox->body(sandbox, sandbox->context);
    name_server_free(sandbox->names);
    refuser_free(sandbox->refuser);
    refusal_listener_free(sandbox->refusals);
    return status;
}

pid_t sandbox_start(const struct sandbox_options *options, sandbox_body *body, void *context,
                    struct fail *why)
{
    struct sandbox *sandbox = mem_new(sizeof *sandbox);
    sandbox->options = *options;
    sandbox->body = body;
    sandbox->context = context;
    struct guardian_plan plan = {
        .namespaces = options->way == SANDBOX_NAMESPACE,
        .prepare = namespace_prepare,
        .open = worker_open,
        .work = worker_work,
        .context = sandbox,
        .scratch = options->scratch,
    };
    pid_t pid = guardian_start(&plan, why);
    mem_free(sandbox);
    return pid;
}

enum sandbox_way sandbox_way_of(const struct sandbox *sandbox)
{
    return sandbox->options.way;
}

bool sandbox_fixed_ports(const struct sandbox *sandbox)
{
    return sandbox->options.way == SANDBOX_NAMESPACE;
}

/* The first bundle that this machine has, or nothing. */
static void bundle_read(struct text_buf *content)
{
    static const char *const paths[] = {"/etc/ssl/certs/ca-certificates.crt",
                                        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
                                        "/etc/ssl/cert.pem"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (file_read(paths[i], content, NULL))
            return;
    text_buf_init(content, FILE_BYTES_MAX);
}

/* Writes the machine's certificates and the CA into one file. */
static bool bundle_write(const char *path, struct text ca, struct fail *why)
{
    struct text_buf all;
    bundle_read(&all);
    text_put_char(&all, '\n');
    text_put(&all, ca);
    bool done = file_write(path, text_buf_view(&all), 0644, why);
    text_buf_release(&all);
    return done;
}

/* PHP reads none of the variables of OpenSSL and curl. */
static bool php_ini_write(struct sandbox *sandbox, const char *folder, struct fail *why)
{
    char path[PATH_MAX];
    struct text_buf ini;
    snprintf(path, sizeof path, "%s/twilio-sim.ini", folder);
    snprintf(sandbox->php_folders, sizeof sandbox->php_folders, ":%s", folder); /* "": PHP's own folder */
    text_buf_init(&ini, 4 * PATH_MAX);
    trust_store_put_php_ini(&ini, sandbox->bundle);
    bool done = file_write(path, text_buf_view(&ini), 0644, why);
    text_buf_release(&ini);
    return done;
}

bool sandbox_trust(struct sandbox *sandbox, const char *ca_file, const char *folder, struct fail *why)
{
    struct text_buf ca;
    if (!file_read(ca_file, &ca, why))
        return false;
    snprintf(sandbox->bundle, sizeof sandbox->bundle, "%s/ca-bundle.pem", folder);
    snprintf(sandbox->java_store, sizeof sandbox->java_store, "%s/ca.jks", folder);
    snprintf(sandbox->ca_file, sizeof sandbox->ca_file, "%s", ca_file);
    bool done = bundle_write(sandbox->bundle, text_buf_view(&ca), why) &&
                trust_store_write(sandbox->java_store, text_buf_view(&ca), why) &&
                php_ini_write(sandbox, folder, why) && private_files_trust(&sandbox->files, ca_file, why);
    text_buf_release(&ca);
    return done;
}

static void environment_set_all(struct environment *environment, const char *const *names, const char *value)
{
    for (; *names != NULL; names++)
        environment_set(environment, *names, value);
}

/* Java knows neither the variables of OpenSSL nor those of a proxy. */
static void java_put(const struct sandbox *sandbox, int port, struct environment *environment)
{
    struct text_buf java;
    text_buf_init(&java, 2 * PATH_MAX);
    if (sandbox->options.way == SANDBOX_PROXY)
        trust_store_put_java_proxy(&java, "127.0.0.1", port);
    trust_store_put_java_options(&java, sandbox->java_store);
    environment_set(environment, "JAVA_TOOL_OPTIONS", text_buf_z(&java));
    text_buf_release(&java);
}

static void trust_put(const struct sandbox *sandbox, int port, struct environment *environment)
{
    /* OpenSSL (Python, Ruby, Go), Python requests and websockets, curl, git, AWS, gRPC, Deno take a
     * whole bundle. */
    static const char *const bundle_names[] = {"SSL_CERT_FILE",  "REQUESTS_CA_BUNDLE",
                                               "CURL_CA_BUNDLE", "GIT_SSL_CAINFO",
                                               "AWS_CA_BUNDLE",  "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
                                               "DENO_CERT",      NULL};
    if (sandbox->ca_file[0] == '\0')
        return;
    environment_set(environment, "NODE_EXTRA_CA_CERTS", sandbox->ca_file); /* Node adds to its own list */
    environment_set_all(environment, bundle_names, sandbox->bundle);
    environment_set(environment, "PHP_INI_SCAN_DIR", sandbox->php_folders);
    java_put(sandbox, port, environment);
}

static void proxy_put(int port, struct environment *environment)
{
    /* Node's SDK reads only the upper-case HTTP_PROXY, the others HTTPS_PROXY; curl only the lower-case
     * http_proxy. */
    static const char *const proxy_names[] = {"HTTP_PROXY",  "HTTPS_PROXY", "ALL_PROXY", "http_proxy",
                                              "https_proxy", "all_proxy",   NULL};
    static const char *const no_proxy_names[] = {"NO_PROXY", "no_proxy", NULL};
    char proxy[64];
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", port);
    environment_set_all(environment, proxy_names, proxy);
    environment_set_all(environment, no_proxy_names, "localhost,127.0.0.1,::1");
}

static void preload_put(const struct sandbox *sandbox, int port, struct environment *environment)
{
    char *net = preload_net_value(port, refusal_listener_name(sandbox->refusals));
    char *hosts = preload_hosts_value(sandbox->options.hosts);
    environment_set(environment, PRELOAD_NET_VARIABLE, net);
    environment_set(environment, PRELOAD_HOSTS_VARIABLE, hosts);
    mem_free(net);
    mem_free(hosts);
    sandbox_keep_environment(sandbox, environment);
}

void sandbox_meet_simulator(struct sandbox *sandbox, int port)
{
    if (sandbox->names != NULL)
        name_server_ask(sandbox->names, port);
}

void sandbox_put_environment(const struct sandbox *sandbox, int port, struct environment *environment)
{
    trust_put(sandbox, port, environment);
    if (sandbox->options.way == SANDBOX_PROXY)
        proxy_put(port, environment);
    else if (sandbox->options.way == SANDBOX_PRELOAD)
        preload_put(sandbox, port, environment);
}

void sandbox_keep_environment(const struct sandbox *sandbox, struct environment *environment)
{
    if (sandbox->library[0] != '\0')
        environment_append(environment, "LD_PRELOAD", ':', sandbox->library);
}
