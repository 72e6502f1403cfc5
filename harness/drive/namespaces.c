/* unshare(2) and the id maps. What is inside the new world is set up by private_files and private_network. */
#include "namespaces.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "file_bytes.h"
#include "private_files.h"

static bool id_map_write(const char *path, unsigned inside, unsigned outside, struct fail *why)
{
    char line[64];
    snprintf(line, sizeof line, "%u %u 1\n", inside, outside);
    return file_write(path, text_of(line), 0644, why);
}

/* Whoever asks for all connections, as the virtual clock does before each jump, has the kernel walk through
 * its whole table of them, 262,144 places on a usual machine: 0.25 ms for a dozen connections. How large the
 * table of a new network namespace is stands in the one before it (net.ipv4.tcp_child_ehash_entries), so
 * there are two. Where that cannot be set (kernels before 6.1) it is only slower. */
static void network_shrink(void)
{
    struct fail ignored = {0};
    if (file_write("/proc/sys/net/ipv4/tcp_child_ehash_entries", TEXT("1024"), 0644, &ignored))
        unshare(CLONE_NEWNET);
}

bool namespaces_leave(struct fail *why)
{
    static const char host_name[] = "sandbox";
    unsigned uid = geteuid();
    unsigned gid = getegid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS) != 0)
        return fail_set(why, "the kernel refuses new namespaces: %s", strerror(errno));
    /* /proc/self of a process that is not dumpable belongs to root: the maps could not be written. */
    prctl(PR_SET_DUMPABLE, 1);
    if (!file_write("/proc/self/setgroups", TEXT("deny"), 0644, why) ||
        !id_map_write("/proc/self/uid_map", SANDBOX_UID, uid, why) ||
        !id_map_write("/proc/self/gid_map", SANDBOX_GID, gid, why))
        return false;
    network_shrink();
    if (sethostname(host_name, sizeof host_name - 1) != 0)
        return fail_set(why, "cannot name the sandbox: %s", strerror(errno));
    return true;
}
