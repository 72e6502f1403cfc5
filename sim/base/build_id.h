/* build_id: which build of a program is running, as its own file says: the GNU build id, a SHA-1 that the
 * linker makes of what it wrote. It is read from the notes that the kernel mapped, so it is true whatever
 * happened to the file since.
 *
 *     char id[BUILD_ID_BYTES];
 *     if (build_id_of_us(id)) ...      // "3f2a…", 40 hexadecimal digits
 *
 * False when the program carries none, or one that is longer than a SHA-1. Nothing here locks. */
#ifndef BUILD_ID_H
#define BUILD_ID_H

#include <stdbool.h>
#include <stddef.h>

enum { BUILD_ID_BYTES = 41 };

bool build_id_of_us(char ret_id[BUILD_ID_BYTES]);

/* The same from the `size` bytes of a segment of ELF notes, aligned as they are in memory. */
bool build_id_in_notes(const void *notes, size_t size, char ret_id[BUILD_ID_BYTES]);

#endif
