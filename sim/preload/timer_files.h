/* timer_files: what close and dup have to tell the replacement of timerfd_create. */
#ifndef TIMER_FILES_H
#define TIMER_FILES_H

void timer_files_closed(int fd);
/* `to` is another number of the same file. */
void timer_files_duplicated(int from, int to);
/* In the child of a fork: its timers tick no more; they are set anew or not at all. */
void timer_files_forked(void);

#endif
