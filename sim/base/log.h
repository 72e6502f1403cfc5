/* log: one line, one actor, one level, to stderr.
 *
 *     log_line(LOG_WARN, "callback", "%s answered %d", url, status);
 *     ->  +1.204 warn  callback: http://127.0.0.1:3000/status answered 503
 *
 * The number is seconds since start. Lines below the level set are not written; a line is written whole.
 * Thread-safe. */
#ifndef LOG_H
#define LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level level);
void log_line(enum log_level level, const char *actor, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
