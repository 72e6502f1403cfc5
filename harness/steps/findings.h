/* findings: what did not hold, with its place in the scenario, collected while steps run and checks are
 * judged.
 *
 *     struct finding *finding = findings_add(findings, step->at, "steps[2] login", "too late");
 *     finding_differs(finding, "status", TEXT("200"), TEXT("502"));
 *     finding_put_detail(finding, body);
 *
 * Everything given is copied. Bounds: FINDINGS_MAX are kept, what comes later is counted and said in the last
 * one's detail; texts are cut at FINDING_TEXT_MAX_BYTES. Adding is thread-safe (branches of `parallel` share
 * one list), a finding belongs to the thread that added it until the list is read. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "fail.h"
#include "place.h"
#include "text.h"

enum { FINDINGS_MAX = 50, FINDING_DIFFERENCES_MAX = 40, FINDING_TEXT_MAX_BYTES = 16 * 1024 };

struct finding_difference {
    char *at, *expected, *actual;
};

struct finding {
    struct place at; /* its file name lives as long as the scenario */
    char *step;
    char *message;
    char *detail; /* or NULL */
    struct finding_difference *differences;
    size_t difference_count;
};

struct findings;

struct findings *findings_new(void);
void findings_free(struct findings *findings);

/* Borrowed; never NULL. */
struct finding *findings_add(struct findings *findings, struct place at, const char *step, const char *format,
                             ...) __attribute__((format(printf, 4, 5)));
/* The same from a fault found elsewhere; its text is the message. Always false, so that `return
 * findings_add_fail()` reads well. */
bool findings_add_fail(struct findings *findings, struct place at, const char *step, const struct fail *why);

void finding_differs(struct finding *finding, const char *at, struct text expected, struct text actual);
/* Lines such as json_match and text_match write them: "$.a: expected 1, got 2"; they become the detail. */
void finding_put_detail(struct finding *finding, struct text detail);

size_t findings_count(struct findings *findings);
/* Borrowed until the list is freed. */
const struct finding *findings_at(struct findings *findings, size_t index);
/* Forgets all from `count` on: for a check that is judged again. */
void findings_cut(struct findings *findings, size_t count);

#endif
