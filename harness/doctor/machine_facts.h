/* machine_facts: what this machine allows, found out by doing it (machine_probe), and what follows
 * (machine_rules, pure).
 *
 *     struct machine_facts facts;
 *     machine_probe(&facts);                         // one thread only: it forks sandboxes
 *     machine_rules(&facts, findings);
 */
#ifndef MACHINE_FACTS_H
#define MACHINE_FACTS_H

#include "doctor_findings.h"

enum { MACHINE_TEXT_BYTES = 256, MACHINE_PROGRAMS_MAX = 16 };

enum machine_way { WAY_NAMESPACE, WAY_PRELOAD, WAY_PROXY, MACHINE_WAYS };

enum machine_clock { CLOCK_NOT_TRIED, CLOCK_FOLLOWS, CLOCK_REAL };

struct machine_program {
    bool found;
    char version[64]; /* its first line, cut */
    enum machine_clock clock;
};

struct machine_facts {
    struct {
        bool works;
        char why[MACHINE_TEXT_BYTES]; /* why not */
    } ways[MACHINE_WAYS];
    bool library, sock_diag, clock;
    char library_why[MACHINE_TEXT_BYTES], clock_why[MACHINE_TEXT_BYTES];
    bool root, container, seccomp;
    /* settings of the kernel; -1 = it has none of that name */
    int64_t userns_clone, max_user_namespaces, apparmor_restricts;
    struct machine_program programs[MACHINE_PROGRAMS_MAX]; /* as the rows of machine_programs.h */
};

void machine_probe(struct machine_facts *ret);
void machine_rules(const struct machine_facts *facts, struct doctor_findings *findings);

#endif
