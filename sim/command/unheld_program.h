/* unheld_program: a command that the preloaded library cannot hold, known by its file before it is started.
 *
 *     const char *what = unheld_program("./backend", getenv("PATH"));
 *     if (what != NULL) ... "./backend is %s"
 *
 * Only the command itself is looked at: a wrapper in Go may start programs that are held. */
#ifndef UNHELD_PROGRAM_H
#define UNHELD_PROGRAM_H

/* "a Go program", "a static program"; NULL for a dynamic one, a script, and what is not found. `folders` is a
 * PATH, NULL for none; a name with a '/' is taken as it is. */
const char *unheld_program(const char *command, const char *folders);

#endif
