/* schedule_parts: what the files of this folder share: courses and callbacks under way, and how they are kept
 * in a store that survives. Everything here is guarded by the store's lock. */
#ifndef SCHEDULE_PARTS_H
#define SCHEDULE_PARTS_H

#include "schedule.h"

/* A course under way. All are in a list, so that schedule_free() finds those whose timer never came. */
struct journey {
    struct journey *next, *previous;
    struct schedule *schedule;
    unsigned generation;
    char sid[SID_BYTES];
    int64_t began_mono_ms, began_wall_ms;
    struct progress_step steps[PROGRESS_STEPS_MAX];
    size_t count, at;
    bool calls_back; /* as usual, at each step that Twilio calls back for */
    struct fault_callback ordered[FAULT_CALLBACKS_MAX]; /* or these and no others */
    size_t ordered_count, ordered_at;
};

struct schedule {
    struct sim *sim;
    struct timers *timers;
    struct callback_sender *sender;
    struct journey *journeys;
};

/* A callback under way, for the journal. */
struct errand {
    struct sim *sim;
    unsigned generation, tenant;
    char id[IDS_UUID_BYTES];
    char sid[SID_BYTES];
    char status[24];
    enum callback_signature signature;
    bool forged;
    char *url, *body;
};

const char *callback_signature_name(enum callback_signature signature);

/* Puts a course under way into the list and on the timer; `journey` is copied. */
void schedule_resume(struct schedule *schedule, const struct journey *journey, int64_t due_mono_ms);
/* Hands one callback to the sender; the errand is stolen. False with the reason when it cannot be sent. */
bool schedule_send(struct schedule *schedule, struct errand *errand, struct account *account,
                   struct fail *why);
void errand_free(struct errand *errand);

/* Notes what is still due, or that it no longer is, for whoever writes it down. */
void note_journey(struct sim *sim, const struct journey *journey);
void note_journey_over(struct sim *sim, const struct journey *journey);
void note_errand(struct sim *sim, const struct errand *errand);
void note_errand_over(struct sim *sim, const struct errand *errand);

#endif
