/* `otp-harness clock` and `restart`: an order to a stack that is up, and its reply in words. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "desk.h"
#include "json.h"
#include "mem.h"
#include "runner.h"
#include "runner_parts.h"
#include "stack_folder.h"
#include "stack_order.h"

/* The reply, new; NULL with *ret_status after saying why. */
static json_t *order_give(const char *up, const json_t *order, int *ret_status)
{
    struct fail why = {0};
    char cwd[PATH_MAX] = "", *path = NULL, *folder = stack_folder();
    json_t *reply = NULL;
    *ret_status = EXIT_ENVIRONMENT;
    if (getcwd(cwd, sizeof cwd) == NULL)
        cwd[0] = '\0';
    enum desk_found found = desk_find(folder, up, cwd, &path, &why);
    if (found == DESK_FOUND)
        reply = desk_ask(path, order, &why);
    if (found == DESK_MANY)
        *ret_status = EXIT_USAGE;
    if (reply == NULL)
        runner_complain(*ret_status, &why);
    mem_free(path);
    mem_free(folder);
    return reply;
}

/* True when the reply is no error; else says it. */
static bool is_fine(const json_t *reply, int *ret_status)
{
    struct text error = json_text(reply, "error");
    const json_t *status = json_object_get(reply, "status");
    *ret_status = EXIT_PASSED;
    if (error.at == NULL)
        return true;
    fprintf(stderr, "otp-harness: %.*s\n", TEXT_ARGS(error));
    *ret_status = json_is_integer(status) ? (int)json_integer_value(status) : EXIT_FAILED;
    return false;
}

static void clock_show(const json_t *reply)
{
    struct text wall = json_text(reply, "wall"), because = json_text(reply, "because");
    bool runs = json_is_true(json_object_get(reply, "runs"));
    if (because.at != NULL)
        printf("%.*s, real: %.*s\n", TEXT_ARGS(wall), TEXT_ARGS(because));
    else
        printf("%.*s, virtual, %s\n", TEXT_ARGS(wall),
               runs ? "runs at the speed of real time" : "stands still");
}

int runner_clock(const char *up, const char *const *words, size_t count)
{
    struct fail why = {0};
    json_t *order = NULL;
    int status;
    if (!stack_order_clock(words, count, &order, &why))
        return runner_complain(EXIT_USAGE, &why);
    json_t *reply = order_give(up, order, &status);
    if (reply != NULL && is_fine(reply, &status))
        clock_show(reply);
    json_decref(reply);
    json_decref(order);
    return status;
}

int runner_restart(const char *up)
{
    int status;
    json_auto_t *order = json_pack("{s:b}", "restart", 1);
    json_t *reply = order_give(up, order, &status);
    if (reply != NULL && is_fine(reply, &status))
        printf("the backend is ready again%s\n",
               json_is_true(json_object_get(reply, "fresh"))
                   ? ""
                   : ", with the code as it was: it runs in a copy here, which `up` makes anew");
    json_decref(reply);
    return status;
}
