/* Reads ELF notes: owner, type and bytes, each padded to four. */
#include "build_id.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

enum { NOTE_ALIGNMENT = 4 };

static size_t padded(size_t size)
{
    return (size + NOTE_ALIGNMENT - 1) / NOTE_ALIGNMENT * NOTE_ALIGNMENT;
}

static bool write_hex(const unsigned char *bytes, size_t count, char ret_id[BUILD_ID_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    if (count == 0 || 2 * count >= BUILD_ID_BYTES)
        return false;
    for (size_t i = 0; i < count; i++) {
        ret_id[2 * i] = digits[bytes[i] >> 4];
        ret_id[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret_id[2 * count] = '\0';
    return true;
}

bool build_id_in_notes(const void *notes, size_t size, char ret_id[BUILD_ID_BYTES])
{
    const unsigned char *at = notes;
    ElfW(Nhdr) head;
    while (size >= sizeof head) {
        memcpy(&head, at, sizeof head);
        size_t name = padded(head.n_namesz), bytes = padded(head.n_descsz);
        at += sizeof head;
        size -= sizeof head;
        if (name > size || bytes > size - name)
            return false;
        if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == sizeof ELF_NOTE_GNU &&
            memcmp(at, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0)
            return write_hex(at + name, head.n_descsz, ret_id);
        at += name + bytes;
        size -= name + bytes;
    }
    return false;
}

struct search {
    char *ret_id;
    bool found;
};

/* The first object is the program itself; none after it is looked at. */
static int look_at_object(struct dl_phdr_info *object, size_t size, void *context)
{
    struct search *search = context;
    (void)size;
    for (size_t i = 0; i < object->dlpi_phnum && !search->found; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type == PT_NOTE)
            search->found = build_id_in_notes((const void *)(uintptr_t)(object->dlpi_addr + segment->p_vaddr),
                                              segment->p_memsz, search->ret_id);
    }
    return 1;
}

bool build_id_of_us(char ret_id[BUILD_ID_BYTES])
{
    struct search search = {.ret_id = ret_id};
    dl_iterate_phdr(look_at_object, &search);
    return search.found;
}
