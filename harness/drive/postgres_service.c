/* Postgres: made once with initdb, kept as a template, copied for each use. Databases are made by the
 * server's single-user mode, so that no client program is needed. Durability is off: what is tested here is a
 * backend, not a disk. */
#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "private_files.h"
#include "program_path.h"
#include "service_parts.h"
#include "tree.h"

static const char data_name[] = "data";
static const char snapshot_name[] = "snapshot";

/* Debian keeps the server's programs out of PATH, a folder a version; so does the project's own package
 * elsewhere. */
static const char *const program_globs[] = {"/usr/lib/postgresql/*/bin/postgres", "/usr/pgsql-*/bin/postgres",
                                            "/usr/lib/postgresql*/bin/postgres"};

/* "postgres (PostgreSQL) 15.14 (Debian …)" */
static bool version_read(struct service *service, const char *program, char found[64], struct fail *why)
{
    char line[256];
    found[0] = '\0';
    if (!service_version_line(service, program, line, sizeof line, why))
        return false;
    sscanf(line, "%*[^0-9]%63[0-9.]", found);
    return true;
}

/* Takes the program when it has the wanted version, and a higher one than the one taken before. */
static void program_consider(struct service *service, const char *program, char best[64])
{
    char found[64];
    struct fail ignored = {0};
    if (!version_read(service, program, found, &ignored) || !version_matches(found, service->version))
        return;
    if (best[0] != '\0' && strverscmp(found, best) <= 0)
        return;
    memcpy(best, found, 64);
    snprintf(service->program, sizeof service->program, "%s", program);
}

static bool program_choose(struct service *service, struct fail *why)
{
    char best[64] = "";
    char in_path[PATH_MAX];
    struct fail ignored = {0};
    if (program_path("postgres", service->environment, in_path, &ignored))
        program_consider(service, in_path, best);
    for (size_t i = 0; i < sizeof program_globs / sizeof program_globs[0] && best[0] == '\0'; i++) {
        glob_t found;
        if (glob(program_globs[i], 0, NULL, &found) != 0)
            continue;
        for (size_t j = 0; j < found.gl_pathc; j++)
            program_consider(service, found.gl_pathv[j], best);
        globfree(&found);
    }
    if (best[0] != '\0')
        return true;
    return fail_set(why, "%s: no Postgres%s%s on this machine (looked in PATH and /usr/lib/postgresql)",
                    service->name, service->version == NULL ? "" : " ",
                    service->version == NULL ? "" : service->version);
}

static bool name_is_plain(const char *name)
{
    for (const char *at = name; *at != '\0'; at++)
        if (!islower((unsigned char)*at) && *at != '_' && (at == name || !isdigit((unsigned char)*at)))
            return false;
    return name[0] != '\0' && strlen(name) < 64;
}

/* initdb and the database, in a folder of this name. */
static bool pristine_make(struct service *service, const char *folder, struct fail *why)
{
    char initdb[PATH_MAX], command[3 * PATH_MAX];
    snprintf(initdb, sizeof initdb, "%s", service->program);
    char *slash = strrchr(initdb, '/');
    if ((size_t)(slash + 1 - initdb) + sizeof "initdb" > sizeof initdb)
        return fail_set(why, "the path of initdb is too long");
    memcpy(slash + 1, "initdb", sizeof "initdb");
    const char *argv[] = {initdb, "-D",   folder,       "-U",        "postgres", "--auth=trust",
                          "-E",   "UTF8", "--locale=C", "--no-sync", NULL};
    if (!service_command(service, argv, NULL, why))
        return false;
    int len =
        snprintf(command, sizeof command, "echo 'CREATE DATABASE \"%s\"' | '%s' --single -F -D '%s' postgres",
                 service->database, service->program, folder);
    if (len >= (int)sizeof command)
        return fail_set(why, "a path of Postgres is too long");
    return service_command(service, NULL, command, why);
}

/* One initdb for all workers: made beside its place and renamed, so that nobody copies a half-made one; who
 * comes second finds the name taken and uses that. */
static bool pristine_share(struct service *service, struct fail *why)
{
    char making[PATH_MAX], version[64];
    if (!version_read(service, service->program, version, why))
        return false;
    if (snprintf(service->pristine, sizeof service->pristine, "%s/postgres-%s-%s", service->templates,
                 version, service->database) >= PATH_MAX ||
        snprintf(making, sizeof making, "%s.XXXXXX", service->pristine) >= PATH_MAX)
        return fail_set(why, "the path of the templates is too long");
    if (access(service->pristine, F_OK) == 0)
        return true;
    if (!folders_make(service->templates, true) || mkdtemp(making) == NULL)
        return fail_set(why, "cannot make %s: %s", making, strerror(errno));
    bool made = pristine_make(service, making, why);
    if (made && rename(making, service->pristine) == 0)
        return true;
    return tree_remove(making, why) && made;
}

/* tree_copy() makes its folder for everyone to read; Postgres wants its own for itself. */
static bool data_replace(const char *from, const char *to, struct fail *why)
{
    if (!tree_remove(to, why) || !tree_copy(from, to, NULL, NULL, why))
        return false;
    return chmod(to, 0700) == 0 || fail_set(why, "cannot close %s: %s", to, strerror(errno));
}

static bool data_fresh(struct service *service, struct fail *why)
{
    char data[PATH_MAX];
    service_path(service, data_name, data);
    return data_replace(service->pristine, data, why);
}

static bool postgres_prepare(struct service *service, struct fail *why)
{
    if (geteuid() == 0)
        return fail_set(why,
                        "%s: Postgres does not run as root: use the namespace sandbox, or an ordinary user",
                        service->name);
    if (!name_is_plain(service->database))
        return fail_set(why, "%s: \"%s\" is no plain database name (a-z, 0-9, _)", service->name,
                        service->database);
    if (!program_choose(service, why))
        return false;
    service_path(service, "pristine", service->pristine);
    bool made = service->templates[0] != '\0' ? pristine_share(service, why)
                                              : pristine_make(service, service->pristine, why);
    return made && data_fresh(service, why);
}

static bool line_is_ready(void *context, struct text line)
{
    (void)context;
    return text_contains(line, TEXT("database system is ready to accept connections"));
}

static bool postgres_start(struct service *service, struct fail *why)
{
    char port[16], data[PATH_MAX];
    snprintf(port, sizeof port, "%d", service->port);
    service_path(service, data_name, data);
    const char *argv[] = {service->program,
                          "-D",
                          data,
                          "-p",
                          port,
                          "-h",
                          "127.0.0.1",
                          "-F",
                          "-c",
                          "unix_socket_directories=",
                          "-c",
                          "synchronous_commit=off",
                          "-c",
                          "full_page_writes=off",
                          "-c",
                          "shared_buffers=16MB",
                          "-c",
                          "logging_collector=off",
                          "-c",
                          "log_destination=stderr",
                          NULL};
    struct process_ready ready = {
        .matches = line_is_ready, .port = service->port, .within_ms = service->ready.within_ms};
    return service_launch(service, argv, NULL, SIGINT, &ready,
                          why); /* its "fast" end; SIGTERM waits for clients */
}

/* Stopped, given other data, started: dropping a database would need a client. */
static bool postgres_wipe(struct service *service, struct fail *why)
{
    service_end(service);
    return data_fresh(service, why) && postgres_start(service, why);
}

static bool postgres_snapshot(struct service *service, struct fail *why)
{
    char data[PATH_MAX], snapshot[PATH_MAX];
    service_path(service, data_name, data);
    service_path(service, snapshot_name, snapshot);
    service_end(service);
    return data_replace(data, snapshot, why) && postgres_start(service, why);
}

static bool postgres_restore(struct service *service, struct fail *why)
{
    char data[PATH_MAX], snapshot[PATH_MAX];
    service_path(service, data_name, data);
    service_path(service, snapshot_name, snapshot);
    service_end(service);
    return data_replace(snapshot, data, why) && postgres_start(service, why);
}

static void postgres_put_environment(const struct service *service, struct environment *environment)
{
    if (environment_get(environment, "DATABASE_URL") == NULL)
        environment_setf(environment, "DATABASE_URL", "postgres://postgres@127.0.0.1:%d/%s?sslmode=disable",
                         service->port, service->database);
    environment_set(environment, "PGHOST", "127.0.0.1");
    environment_setf(environment, "PGPORT", "%d", service->port);
    environment_set(environment, "PGUSER", "postgres");
    environment_set(environment, "PGDATABASE", service->database);
    environment_set(environment, "PGSSLMODE", "disable");
}

const struct service_kind postgres_kind = {
    .word = "postgres",
    .fixed_port = 5432,
    .prepare = postgres_prepare,
    .start = postgres_start,
    .wipe = postgres_wipe,
    .snapshot = postgres_snapshot,
    .restore = postgres_restore,
    .put_environment = postgres_put_environment,
};
