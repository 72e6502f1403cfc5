/* Who else lives in a process group, read from /proc. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "file_bytes.h"
#include "process_parts.h"

/* /proc/PID/stat: "pid (name) state parent group …"; the name may hold any byte. */
static bool is_living_member(const char *pid_text, pid_t group)
{
    char path[300];
    struct text_buf stat;
    snprintf(path, sizeof path, "/proc/%s/stat", pid_text);
    if (!file_read(path, &stat, NULL))
        return false;
    const char *behind_name = strrchr(text_buf_z(&stat), ')');
    char state = 'Z';
    int parent, its_group = 0;
    bool member = behind_name != NULL &&
                  sscanf(behind_name, ") %c %d %d", &state, &parent, &its_group) == 3 && its_group == group &&
                  state != 'Z' && state != 'X';
    text_buf_release(&stat);
    return member;
}

bool group_has_others(pid_t leader)
{
    DIR *processes = opendir("/proc");
    bool found = false;
    struct dirent *entry;
    while (processes != NULL && !found && (entry = readdir(processes)) != NULL) {
        int64_t pid;
        found = text_to_int(text_of(entry->d_name), 1, INT32_MAX, &pid) && pid != leader &&
                is_living_member(entry->d_name, leader);
    }
    if (processes != NULL)
        closedir(processes);
    return found;
}
