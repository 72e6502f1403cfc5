/* program_file: what an executable file tells of how it reads the clock. Reads ELF headers, nothing else. */
#ifndef PROGRAM_FILE_H
#define PROGRAM_FILE_H

#include <stdbool.h>

struct program_file {
    bool is_go;     /* has a section .go.buildinfo: Go reads the clock without libc */
    bool is_static; /* names no loader: nothing can be preloaded */
};

/* False when it is no ELF file of this machine's word size, or damaged. */
bool program_file_read(int fd, struct program_file *ret);

#endif
