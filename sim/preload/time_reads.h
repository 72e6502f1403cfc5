/* time_reads: the wall clock as this process sees it, for the library's own files. */
#ifndef TIME_READS_H
#define TIME_READS_H

#include <stdint.h>

/* Virtual, or real where there is no page. */
int64_t time_reads_wall_ns(void);

#endif
