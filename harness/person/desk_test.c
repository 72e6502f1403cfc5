/* Orders over a real socket: the desk is a child's. */
#include "desk.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"
#include "test_support.h"
#include "tree.h"

enum { CHILDREN = 2 };

struct trial {
    char folder[40];
    pid_t pids[CHILDREN];
    size_t count;
};

static int setup(void **state)
{
    struct trial *trial = mem_new(sizeof *trial);
    snprintf(trial->folder, sizeof trial->folder, "/tmp/desk-test-XXXXXX");
    assert_non_null(mkdtemp(trial->folder));
    *state = trial;
    return 0;
}

static int teardown(void **state)
{
    struct trial *trial = *state;
    struct fail why = {0};
    for (size_t i = 0; i < trial->count; i++) {
        kill(trial->pids[i], SIGKILL);
        waitpid(trial->pids[i], NULL, 0);
    }
    assert_true(tree_remove(trial->folder, &why));
    mem_free(trial);
    return 0;
}

struct desks {
    struct desk *desk;
};

static void echo(void *context, int64_t id, const json_t *order)
{
    struct desks *desks = context;
    json_auto_t *reply = json_pack("{s:O}", "heard", order);
    desk_answer(desks->desk, id, reply);
}

_Noreturn static void serve(const char *folder, const char *name, const char *project, int ready)
{
    struct fail why = {0};
    struct desks desks = {desk_open(folder, json_pack("{s:s, s:s}", "name", name, "folder", project), &why)};
    if (desks.desk == NULL || write(ready, "r", 1) != 1)
        _exit(1);
    for (;;) {
        struct pollfd polled[DESK_POLLED_MAX];
        size_t count = desk_poll(desks.desk, polled);
        if (poll(polled, (nfds_t)count, -1) > 0)
            desk_turn(desks.desk, polled, echo, &desks);
    }
}

/* A process that is up. */
static pid_t up(struct trial *trial, const char *name, const char *project)
{
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0)
        serve(trial->folder, name, project, ready[1]);
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    trial->pids[trial->count++] = pid;
    return pid;
}

static void assert_found(const struct trial *trial, const char *wanted, const char *cwd, pid_t pid)
{
    struct fail why = {0};
    char expected[80], *path = NULL;
    if (desk_find(trial->folder, wanted, cwd, &path, &why) != DESK_FOUND)
        fail_msg("%s", why.text);
    snprintf(expected, sizeof expected, "%s/%d", trial->folder, (int)pid);
    assert_string_equal(path, expected);
    mem_free(path);
}

static void an_order_is_answered(void **state)
{
    struct trial *trial = *state;
    struct fail why = {0};
    char *path = NULL;
    up(trial, "shop", "/home/shop");
    assert_int_equal(desk_find(trial->folder, NULL, "/elsewhere", &path, &why), DESK_FOUND);
    json_auto_t *order = json_pack("{s:s}", "clock", "show");
    json_auto_t *reply = desk_ask(path, order, &why);
    char *words = json_write(reply);
    assert_string_equal(words, "{\"heard\":{\"clock\":\"show\"}}");
    mem_free(words);
    mem_free(path);
}

static void an_order_that_is_too_long_is_refused(void **state)
{
    struct trial *trial = *state;
    struct fail why = {0};
    char *path = NULL, *large = mem_new(DESK_ORDER_MAX_BYTES + 1);
    up(trial, "shop", "/home/shop");
    assert_int_equal(desk_find(trial->folder, NULL, "/", &path, &why), DESK_FOUND);
    memset(large, 'x', DESK_ORDER_MAX_BYTES);
    json_auto_t *order = json_pack("{s:s}", "clock", large);
    json_auto_t *reply = desk_ask(path, order, &why);
    assert_text(json_text(reply, "error"), "the order is too long");
    mem_free(large);
    mem_free(path);
}

static void of_several_the_named_or_the_nearest_is_meant(void **state)
{
    struct trial *trial = *state;
    struct fail why = {0};
    char number[16], *path = NULL;
    pid_t shop = up(trial, "shop", "/home/shop"), inner = up(trial, "inner", "/home/shop/inner");
    snprintf(number, sizeof number, "%d", (int)shop);
    assert_found(trial, "inner", "/", inner);
    assert_found(trial, number, "/", shop);
    assert_found(trial, NULL, "/home/shop/inner/src", inner);
    assert_found(trial, NULL, "/home/shop", shop);
    assert_found(trial, NULL, "/home/shop/innermost", shop);
    assert_int_equal(desk_find(trial->folder, NULL, "/tmp", &path, &why), DESK_MANY);
    assert_non_null(strstr(why.text, "2 stacks are up; say which with --up NAME or PID: "));
    why = (struct fail){0};
    assert_int_equal(desk_find(trial->folder, "other", "/home/shop", &path, &why), DESK_MANY);
    assert_non_null(strstr(why.text, "no stack called 'other' alone is up; there are: "));
}

static void one_that_was_killed_is_found_no_more(void **state)
{
    struct trial *trial = *state;
    struct fail why = {0};
    char socket[80], *path = NULL;
    pid_t pid = up(trial, "shop", "/home/shop");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    trial->count = 0;
    assert_int_equal(desk_find(trial->folder, NULL, "/home/shop", &path, &why), DESK_NONE);
    assert_string_equal(why.text, "no stack is up: start one with `otp-harness up`");
    snprintf(socket, sizeof socket, "%s/%d", trial->folder, (int)pid);
    assert_int_equal(access(socket, F_OK), -1);
}

static void a_folder_that_others_may_write_to_is_refused(void **state)
{
    struct trial *trial = *state;
    struct fail why = {0};
    assert_int_equal(chmod(trial->folder, 0777), 0);
    assert_null(desk_open(trial->folder, json_object(), &why));
    assert_non_null(strstr(why.text, "is not a folder of this user's alone"));
}

int main(void)
{
#define WITH_TRIAL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    static const struct CMUnitTest tests[] = {
        WITH_TRIAL(an_order_is_answered),
        WITH_TRIAL(an_order_that_is_too_long_is_refused),
        WITH_TRIAL(of_several_the_named_or_the_nearest_is_meant),
        WITH_TRIAL(one_that_was_killed_is_found_no_more),
        WITH_TRIAL(a_folder_that_others_may_write_to_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
