/* file_follower: the lines that a program writes to a log file, as events of stream DRIVE_FILE.
 *
 *     struct file_follower *follower = file_follower_new("/…/app.log", "backend", &events, &why);
 *     file_follower_free(follower);                // what was written up to now has been handed on
 *
 * What stands in the file already is left out; a file that is not there yet is awaited (its folder must be
 * there); one that was cut short or replaced is read from its start. By inotify, on a thread of its own.
 * Bounds: those of process.h. */
#ifndef FILE_FOLLOWER_H
#define FILE_FOLLOWER_H

#include "drive_events.h"
#include "fail.h"

struct file_follower;

/* `name` is the process that the lines belong to; it is copied, `events` is borrowed. New; NULL with *why. */
struct file_follower *file_follower_new(const char *path, const char *name, const struct drive_events *events,
                                        struct fail *why);
void file_follower_free(struct file_follower *follower);

#endif
