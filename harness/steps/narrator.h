/* narrator: writes what drive tells (lines, ends, refused connections) to the history that is current.
 *
 *     struct narrator *narrator = narrator_new();
 *     options.events = narrator_events(narrator);
 *     narrator_tell(narrator, history, start_ms);   // per scenario; NULL between them: nothing is written
 *
 * Thread-safe. The history is borrowed until the next narrator_tell(). Lines of the simulator are left out:
 * its events say more, and its lines may show codes that are no slip of the backend's. */
#ifndef NARRATOR_H
#define NARRATOR_H

#include "drive_events.h"
#include "history.h"

struct narrator;

struct narrator *narrator_new(void);
/* After everything that uses its events has ended. */
void narrator_free(struct narrator *narrator);

const struct drive_events *narrator_events(const struct narrator *narrator);
void narrator_tell(struct narrator *narrator, struct history *history, int64_t started_mono_ms);
/* From now on `watch` is told too, also while no history is; NULL: nobody. Borrowed; it is never called again
 * once this has returned with another. It must not call the narrator. */
void narrator_watch(struct narrator *narrator, const struct drive_events *watch);
/* A line `jump`: the virtual clock went from one moment to another (monotonic). party and process are whose
 * deadline that was, NULL when it was nobody's. */
void narrator_note_jump(struct narrator *narrator, int64_t from_mono_ms, int64_t to_mono_ms,
                        const char *party, const char *process, const char *text);
/* A line `process` with the event `clock`: which clock a process is on. `fields` is stolen. */
void narrator_note_clock(struct narrator *narrator, json_t *fields);
/* A line `process`: "started", "ready", "paused", … pid 0: not known. */
void narrator_note_process(struct narrator *narrator, const char *name, const char *event, int pid);

#endif
