/* Headers built by hand, and our own program. */
#include "program_file.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test_support.h"

/* A program of one segment and two sections: the names, and one called `name`. */
struct image {
    ElfW(Ehdr) head;
    ElfW(Phdr) part;
    ElfW(Shdr) sections[2];
    char names[40];
};

static struct image image_of(unsigned part_type, const char *name)
{
    struct image image = {.part.p_type = part_type};
    memcpy(image.head.e_ident, ELFMAG, SELFMAG);
    image.head.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    image.head.e_phoff = offsetof(struct image, part);
    image.head.e_phnum = 1;
    image.head.e_shoff = offsetof(struct image, sections);
    image.head.e_shnum = 2;
    image.sections[0].sh_offset = offsetof(struct image, names);
    image.sections[1].sh_name = 1;
    memcpy(image.names + 1, name, strlen(name) + 1);
    return image;
}

static bool read_image(const void *bytes, size_t len, struct program_file *ret)
{
    int fd = memfd_create("image", MFD_CLOEXEC);
    assert_int_equal(write(fd, bytes, len), len);
    bool fine = program_file_read(fd, ret);
    close(fd);
    return fine;
}

static void the_headers_tell_go_and_static_programs(void **state)
{
    (void)state;
    static const struct {
        unsigned part_type;
        const char *section;
        bool is_static, is_go;
    } rows[] = {
        {PT_INTERP, ".text", false, false},          {PT_LOAD, ".text", true, false},
        {PT_INTERP, ".go.buildinfo", false, true},   {PT_LOAD, ".go.buildinfo", true, true},
        {PT_INTERP, ".go.buildinfos", false, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct image image = image_of(rows[i].part_type, rows[i].section);
        struct program_file program = {0};
        assert_true(read_image(&image, sizeof image, &program));
        assert_int_equal(program.is_static, rows[i].is_static);
        assert_int_equal(program.is_go, rows[i].is_go);
    }
}

static void our_own_program_is_neither(void **state)
{
    (void)state;
    struct program_file program = {.is_go = true, .is_static = true};
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    assert_true(program_file_read(fd, &program));
    close(fd);
    assert_false(program.is_static);
    assert_false(program.is_go);
}

static void what_is_no_program_is_refused(void **state)
{
    (void)state;
    struct program_file program = {0};
    struct image image = image_of(PT_LOAD, ".go.buildinfo");
    assert_false(read_image("#!/bin/sh\n", 10, &program));
    assert_false(read_image(&image, sizeof image.head - 1, &program));
    image.head.e_ident[EI_CLASS] = ELFCLASSNONE;
    assert_false(read_image(&image, sizeof image, &program));
}

static void wild_offsets_read_nothing(void **state)
{
    (void)state;
    struct program_file program = {0};
    struct image image = image_of(PT_INTERP, ".go.buildinfo");
    image.head.e_phoff = image.head.e_shoff = (ElfW(Off)) - 1;
    image.head.e_phnum = image.head.e_shnum = image.head.e_shstrndx = 0xffff;
    assert_true(read_image(&image, sizeof image, &program));
    assert_true(program.is_static);
    assert_false(program.is_go);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_headers_tell_go_and_static_programs),
        cmocka_unit_test(our_own_program_is_neither),
        cmocka_unit_test(what_is_no_program_is_refused),
        cmocka_unit_test(wild_offsets_read_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
