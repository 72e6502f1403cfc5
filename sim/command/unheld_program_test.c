/* Commands whose files are built by hand, and `exec --preload` of one. */
#include "unheld_program.h"

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "test_program.h"

static char folder[] = "/tmp/unheld-program-XXXXXX";

static void path_of(const char *name, char ret[128])
{
    snprintf(ret, 128, "%s/%s", folder, name);
}

static void file_write(const char *name, const void *bytes, size_t len)
{
    char path[128];
    path_of(name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
    assert_int_equal(chmod(path, 0755), 0);
}

/* A program of one segment and one section, as far as its headers go. */
static void program_write(const char *name, unsigned part_type, const char *section)
{
    struct {
        ElfW(Ehdr) head;
        ElfW(Phdr) part;
        ElfW(Shdr) names;
        char text[20];
    } image = {.part.p_type = part_type};
    memcpy(image.head.e_ident, ELFMAG, SELFMAG);
    image.head.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    image.head.e_phoff = sizeof image.head;
    image.head.e_phnum = 1;
    image.head.e_shoff = sizeof image.head + sizeof image.part;
    image.head.e_shnum = 1;
    image.names.sh_offset = image.head.e_shoff + sizeof image.names;
    snprintf(image.text, sizeof image.text, "%s", section);
    file_write(name, &image, sizeof image);
}

static int setup(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    program_write("static", PT_LOAD, ".text");
    program_write("go", PT_INTERP, ".go.buildinfo");
    program_write("dynamic", PT_INTERP, ".text");
    file_write("script", "#!/bin/sh\n", 10);
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = {"static", "go", "dynamic", "script"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char path[128];
        path_of(names[i], path);
        unlink(path);
    }
    return rmdir(folder);
}

static void the_file_tells_what_cannot_be_held(void **state)
{
    (void)state;
    static const struct {
        const char *name, *what;
    } rows[] = {{"static", "a static program"},
                {"go", "a Go program"},
                {"dynamic", NULL},
                {"script", NULL},
                {"not-there", NULL}};
    char path[128], folders[200];
    snprintf(folders, sizeof folders, "/nowhere:%s:/bin", folder);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *ways[2];
        path_of(rows[i].name, path);
        ways[0] = unheld_program(path, NULL);
        ways[1] = unheld_program(rows[i].name, folders);
        for (size_t way = 0; way < 2; way++)
            assert_string_equal(ways[way] == NULL ? "held" : ways[way],
                                rows[i].what == NULL ? "held" : rows[i].what);
    }
    assert_null(unheld_program("static", NULL));
    assert_null(unheld_program(folder, NULL));
}

/* Headers are all that this one has, so it does not run; it is tried all the same. */
static void exec_warns_before_it_starts_one(void **state)
{
    (void)state;
    char path[128];
    struct program_run run;
    path_of("go", path);
    program_start(&run, (char *[]){"twilio-sim", "exec", "--preload", "--", path, NULL}, false);
    program_says(&run,
                 "is a Go program, into which no library can be put: what it sends itself goes past the "
                 "simulator. Without --preload the proxy leads it, or give its client the base URL "
                 "http://127.0.0.1:");
    program_end(&run);
    program_start(&run, (char *[]){"twilio-sim", "exec", "--preload", "--", "sh", "-c", "echo done", NULL},
                  false);
    program_says(&run, "done");
    assert_null(strstr(run.said, "warning"));
    assert_int_equal(program_end(&run), 0);
    program_start(&run, (char *[]){"twilio-sim", "exec", "--", path, NULL}, false);
    program_says(&run, "inbox");
    program_end(&run);
    assert_null(strstr(run.said, "warning"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_tells_what_cannot_be_held),
        cmocka_unit_test(exec_warns_before_it_starts_one),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
