/* private_files: what a sandbox shows instead of the machine's files.
 *
 *     if (!private_files_mount(keep, &files, &why)) ...    // as pid 1, in new mount and pid namespaces
 *     private_files_trust(&files, ca_file, &why);
 *
 * Fresh /proc, /tmp, /run and /dev/shm (path sockets cross network namespaces; these are where they live);
 * hosts, nsswitch.conf, resolv.conf, passwd and group of our own; copies of the certificate bundles that
 * the machine has. Folders in `keep` that lie below /tmp, /run or /dev/shm are shown at their places
 * again. The present folder is entered anew. A path socket that lies elsewhere can still be reached. */
#ifndef PRIVATE_FILES_H
#define PRIVATE_FILES_H

#include <stdbool.h>

#include "fail.h"

/* The ordinary user that the sandbox runs as; its names stand in the private passwd and group. */
enum { SANDBOX_UID = 1000, SANDBOX_GID = 1000 };

enum { PRIVATE_BUNDLES_MAX = 4 };

struct private_files {
    char bundles[PRIVATE_BUNDLES_MAX][64]; /* the machine's bundles that were replaced */
    int bundle_count;
};

bool private_files_mount(const char *const *keep, struct private_files *ret_files, struct fail *why);

/* Appends a PEM file to every replaced bundle. */
bool private_files_trust(const struct private_files *files, const char *ca_file, struct fail *why);

/* Creates every folder above `path`, and `path` too when `last` is set; existing ones are fine. */
bool folders_make(const char *path, bool last);

#endif
