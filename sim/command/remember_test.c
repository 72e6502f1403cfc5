/* What is kept of an identity, who may read it, and what becomes of a file that is not ours. */
#include "test_support.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "remember.h"

static char home[64];

static const struct identity awa = {.sid = "AC00000000000000000000000000000001",
                                    .token = "0123456789abcdef0123456789abcdef",
                                    .number = "+15005550006"};

static int begin(void **state)
{
    (void)state;
    snprintf(home, sizeof home, "/tmp/remember-test-XXXXXX");
    assert_non_null(mkdtemp(home));
    return setenv("XDG_STATE_HOME", home, 1);
}

static const char *in_home(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/twilio-sim/%s", home, name);
    return path;
}

static int end(void **state)
{
    (void)state;
    static const char *const files[] = {"a/identity.json", "a/identity.json.new", "a/lock"};
    for (size_t i = 0; i < COUNT_OF(files); i++)
        unlink(in_home(files[i]));
    rmdir(in_home("a"));
    rmdir(in_home(""));
    return rmdir(home); /* nothing else was left */
}

static struct remember *reopen(struct remember *before)
{
    struct fail why = {0};
    remember_free(before);
    struct remember *remember = remember_open("a", &why);
    if (remember == NULL)
        fail_msg("%s", why.text);
    return remember;
}

static void keep(const struct identity *identity)
{
    struct fail why = {0};
    struct remember *remember = reopen(NULL);
    if (!remember_keep(remember, identity, &why))
        fail_msg("%s", why.text);
    remember_free(remember);
}

static unsigned mode_of(const char *name)
{
    struct stat about;
    assert_int_equal(stat(in_home(name), &about), 0);
    return about.st_mode & 0777u;
}

static void write_file(const char *content, mode_t mode)
{
    int fd = open(in_home("a/identity.json"), O_WRONLY | O_CREAT | O_TRUNC, mode);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), strlen(content));
    fchmod(fd, mode);
    close(fd);
}

static void check_file(const char *content)
{
    char bytes[8192] = "";
    FILE *file = fopen(in_home("a/identity.json"), "r");
    assert_non_null(file);
    assert_true(fread(bytes, 1, sizeof bytes - 1, file) > 0);
    fclose(file);
    assert_string_equal(bytes, content);
}

/* It is refused with these words behind the path. */
static void check_refused(const char *words)
{
    struct fail why = {0};
    assert_null(remember_open("a", &why));
    if (strstr(why.text, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, why.text);
}

static void what_was_kept_is_there_at_the_next_start(void **state)
{
    (void)state;
    struct remember *remember = reopen(NULL);
    assert_null(remember_identity(remember));
    remember_free(remember);
    keep(&awa);
    remember = reopen(NULL);
    const struct identity *known = remember_identity(remember);
    assert_non_null(known);
    assert_string_equal(known->sid, awa.sid);
    assert_string_equal(known->token, awa.token);
    assert_string_equal(known->number, "+15005550006");
    assert_string_equal(known->whatsapp, "");
    assert_false(known->adopted);
    assert_string_equal(remember_ca_dir(remember), in_home("a/ca"));
    remember_free(remember);
}

static void nobody_else_can_read_it(void **state)
{
    (void)state;
    mode_t before = umask(0);
    keep(&awa);
    umask(before);
    assert_int_equal(mode_of(""), 0700);
    assert_int_equal(mode_of("a"), 0700);
    assert_int_equal(mode_of("a/identity.json"), 0600);
    assert_int_equal(mode_of("a/lock"), 0600);
}

static void what_is_not_ours_is_refused_and_left_as_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *content, *words;
    } rows[] = {
        {"", "(no JSON)"},
        {"junk", "(no JSON)"},
        {"{\"version\":1", "(no JSON)"},
        {"[]", "(no identity of version 1)"},
        {"{\"version\":2,\"account_sid\":\"AC00000000000000000000000000000001\",\"auth_token\":\"t\","
         "\"number\":\"\","
         "\"whatsapp\":\"\",\"adopted\":false}",
         "(no identity of version 1)"},
        {"{\"version\":1,\"account_sid\":\"AC1\",\"auth_token\":\"t\",\"number\":\"\",\"whatsapp\":\"\","
         "\"adopted\":"
         "false}",
         "(no identity of version 1)"},
        {"{\"version\":1,\"account_sid\":\"AC00000000000000000000000000000001\",\"auth_token\":\"\","
         "\"number\":\"\","
         "\"whatsapp\":\"\",\"adopted\":false}",
         "(no identity of version 1)"},
        {"{\"version\":1,\"account_sid\":\"AC00000000000000000000000000000001\",\"auth_token\":\"t\","
         "\"number\":\"x\","
         "\"whatsapp\":\"\",\"adopted\":false}",
         "(no identity of version 1)"},
    };
    keep(&awa);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        write_file(rows[i].content, 0600);
        check_refused(rows[i].words);
        check_refused("it is left as it is");
        if (rows[i].content[0] != '\0')
            check_file(rows[i].content);
    }
}

static void a_file_too_large_or_open_to_others_or_a_link_is_refused(void **state)
{
    (void)state;
    char large[5000];
    memset(large, ' ', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    keep(&awa);
    write_file(large, 0600);
    check_refused("(too large)");
    write_file("{}", 0644);
    check_refused("is open to others (mode 644): chmod go= it");
    unlink(in_home("a/identity.json"));
    assert_int_equal(symlink("/etc/passwd", in_home("a/identity.json")), 0);
    check_refused("cannot read");
    unlink(in_home("a/identity.json"));
    assert_int_equal(mkfifo(in_home("a/identity.json"), 0600), 0);
    check_refused("(no plain file)"); /* and it does not wait for a writer */
    assert_int_equal(chmod(in_home("a"), 0755), 0);
    check_refused("a is open to others (mode 755): chmod go= it");
}

static void a_name_cannot_lead_elsewhere(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",    ".",       "..",  "../a",
        "a/b", ".hidden", "a b", "a234567890a234567890a234567890a234567890a234567890a234567890abcde"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct fail why = {0};
        assert_null(remember_open(names[i], &why));
        assert_non_null(strstr(why.text, "is no name"));
    }
}

static void without_a_home_there_is_no_place(void **state)
{
    (void)state;
    char *before = mem_string(getenv("HOME"));
    struct fail why = {0};
    setenv("XDG_STATE_HOME", "relative", 1);
    unsetenv("HOME");
    assert_null(remember_open("a", &why));
    assert_string_equal(why.text,
                        "--remember: there is no place to remember: neither XDG_STATE_HOME nor HOME is set");
    if (before != NULL)
        setenv("HOME", before, 1);
    mem_free(before);
}

static void a_second_one_waits_for_the_lock_and_sees_what_the_first_wrote(void **state)
{
    (void)state;
    struct fail why = {0};
    struct remember *first = reopen(NULL);
    int fd = open(in_home("a/lock"), O_RDWR);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
    assert_true(remember_keep(first, &awa, &why));
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1); /* still: the CA is to be made */
    remember_unlock(first);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
    close(fd);
    struct remember *second = remember_open("a", &why);
    assert_non_null(second);
    assert_string_equal(remember_identity(second)->sid, awa.sid);
    remember_free(second);
    remember_free(first);
}

static void what_is_the_same_is_not_written_again(void **state)
{
    (void)state;
    struct stat before, after;
    struct fail why = {0};
    keep(&awa);
    assert_int_equal(stat(in_home("a/identity.json"), &before), 0);
    keep(&awa);
    assert_int_equal(stat(in_home("a/identity.json"), &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    struct identity other = awa;
    other.adopted = true;
    struct remember *remember = reopen(NULL);
    remember_unlock(remember);
    assert_true(remember_keep(remember, &other, &why)); /* locks by itself */
    remember = reopen(remember);
    assert_true(remember_identity(remember)->adopted);
    remember_free(remember);
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HERE(what_was_kept_is_there_at_the_next_start),
        HERE(nobody_else_can_read_it),
        HERE(what_is_not_ours_is_refused_and_left_as_it_is),
        HERE(a_file_too_large_or_open_to_others_or_a_link_is_refused),
        cmocka_unit_test(a_name_cannot_lead_elsewhere),
        cmocka_unit_test(without_a_home_there_is_no_place),
        HERE(a_second_one_waits_for_the_lock_and_sees_what_the_first_wrote),
        HERE(what_is_the_same_is_not_written_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
