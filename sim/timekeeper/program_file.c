/* Every offset comes from the file and is used only to read from it at that place: a wild one reads nothing.
 */
#include "program_file.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

/* More of either is no program that anybody runs. */
enum { HEADERS_MAX = 4096, NAME_BYTES = 16 };

static bool read_at(int fd, void *out, size_t len, uint64_t at)
{
    return at <= INT64_MAX - len && pread(fd, out, len, (off_t)at) == (ssize_t)len;
}

static bool has_loader(int fd, const ElfW(Ehdr) * head)
{
    for (unsigned i = 0; i < head->e_phnum && i < HEADERS_MAX; i++) {
        ElfW(Phdr) part;
        if (!read_at(fd, &part, sizeof part, head->e_phoff + (uint64_t)i * sizeof part))
            return false;
        if (part.p_type == PT_INTERP)
            return true;
    }
    return false;
}

static bool has_section(int fd, const ElfW(Ehdr) * head, const char *name)
{
    ElfW(Shdr) names, section;
    char here[NAME_BYTES];
    size_t len = strlen(name) + 1;
    if (!read_at(fd, &names, sizeof names, head->e_shoff + (uint64_t)head->e_shstrndx * sizeof names))
        return false;
    for (unsigned i = 0; i < head->e_shnum && i < HEADERS_MAX; i++) {
        if (!read_at(fd, &section, sizeof section, head->e_shoff + (uint64_t)i * sizeof section))
            return false;
        if (read_at(fd, here, len, names.sh_offset + section.sh_name) && memcmp(here, name, len) == 0)
            return true;
    }
    return false;
}

bool program_file_read(int fd, struct program_file *ret)
{
    ElfW(Ehdr) head;
    const unsigned char word = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    if (!read_at(fd, &head, sizeof head, 0) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_ident[EI_CLASS] != word)
        return false;
    ret->is_static = !has_loader(fd, &head);
    ret->is_go = has_section(fd, &head, ".go.buildinfo");
    return true;
}
