/* Real programs with the library preloaded: each waits minutes in its own ways, and says how many it saw
 * pass. Every line that they print is "what: expected seen"; this test shows them and wants both to be the
 * same. */
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_owner.h"
#include "test_support.h"

static struct test_owner owner;

static void expect_all_lines_to_agree(const char *program, struct test_run *run, int lines)
{
    int seen = 0;
    char *rest = run->output, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        const char *numbers = strrchr(line, ':');
        char expected[32], got[32];
        if (numbers == NULL || sscanf(numbers + 1, " %31s %31s", expected, got) != 2)
            continue;
        print_message("%-10s %-30.*s expected %9s  seen %9s\n", program, (int)(numbers - line), line,
                      expected, got);
        if (strcmp(expected, got) != 0)
            fail_msg("%s: %s", program, line);
        seen++;
    }
    if (run->exit_status != 0 || seen != lines)
        fail_msg("%s: exit status %d, %d lines:\n%s", program, run->exit_status, seen, run->output);
}

static bool is_there(const char *path)
{
    if (access(path, X_OK) == 0)
        return true;
    print_message("%s is not installed: left out\n", path);
    return false;
}

static void run(const char *program, const char *const *argv, int lines)
{
    test_owner_begin(&owner, false);
    struct test_run run = test_owner_run(&owner, argv);
    test_owner_end(&owner);
    expect_all_lines_to_agree(program, &run, lines);
}

static void a_c_program_with_every_call(void **state)
{
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "%s", test_owner_library());
    strcpy(strstr(path, "/bin/"), "/tests/preload_waiter");
    run("C", (const char *const[]){path, NULL}, 36);
}

static const char node_script[] =
    "const begun = Date.now(), say = (what, ms, since) =>"
    "  console.log(what + ': ' + ms + ' ' + (Date.now() - since));"
    "const cancelled = setTimeout(() => console.log('cancelled: never fired'), 300000);"
    "setTimeout(() => clearTimeout(cancelled), 200000);"
    "setTimeout(() => { say('timer', 600000, begun); const since = Date.now(); let n = 0;"
    "  const interval = setInterval(() => { if (++n < 5) return;"
    "    clearInterval(interval); say('interval', 5000, since);"
    "    const spin = Date.now(); while (Date.now() < spin + 50) ;"
    "    console.log('spin ended: true ' + (Date.now() - spin < 1000));"
    "  }, 1000); }, 600000);";

static void node(void **state)
{
    (void)state;
    if (is_there("/usr/bin/node"))
        run("node", (const char *const[]){"/usr/bin/node", "-e", node_script, NULL}, 3);
}

static const char python_script[] =
    "import asyncio, os, queue, select, signal, subprocess, threading, time\n"
    "def row(what, s, call):\n"
    "    begun = time.monotonic()\n"
    "    call()\n"
    "    print(f'{what}: {s * 1000} {round((time.monotonic() - begun) * 1000)}', flush=True)\n"
    "def timed_out():\n"
    "    try: subprocess.run(['sleep', '100'], timeout=7)\n"
    "    except subprocess.TimeoutExpired: pass\n"
    "def empty():\n"
    "    try: queue.Queue().get(timeout=6)\n"
    "    except queue.Empty: pass\n"
    "def alarm():\n"
    "    signal.signal(signal.SIGALRM, lambda *_: None)\n"
    "    signal.alarm(9)\n"
    "    signal.pause()\n"
    "def child():\n"
    "    pid = os.fork()\n"
    "    if pid == 0:\n"
    "        time.sleep(50)\n"
    "        os._exit(0)\n"
    "    os.waitpid(pid, 0)\n"
    "def timer():\n"
    "    event = threading.Event()\n"
    "    threading.Timer(15, event.set).start()\n"
    "    event.wait(60)\n"
    "row('sleep', 600, lambda: time.sleep(600))\n"
    "row('event', 20, lambda: threading.Event().wait(20))\n"
    "row('timer', 15, timer)\n"
    "row('asyncio', 30, lambda: asyncio.run(asyncio.sleep(30)))\n"
    "row('select', 10, lambda: select.select([], [], [], 10))\n"
    "row('queue', 6, empty)\n"
    "row('subprocess', 100, lambda: subprocess.run(['sleep', '100']))\n"
    "row('subprocess with timeout', 7, timed_out)\n"
    "row('alarm', 9, alarm)\n"
    "row('child', 50, child)\n";

static void python(void **state)
{
    (void)state;
    if (is_there("/usr/bin/python3"))
        run("python", (const char *const[]){"/usr/bin/python3", "-c", python_script, NULL}, 10);
}

static const char java_program[] =
    "import java.util.concurrent.*; import java.util.concurrent.locks.*;\n"
    "public class Matrix {\n"
    "  static long now() { return System.nanoTime() / 1000000; }\n"
    "  static void say(String what, long ms, long since) {\n"
    "    System.out.println(what + \": \" + ms + \" \" + (now() - since)); }\n"
    "  public static void main(String[] none) throws Exception {\n"
    "    long at = now(); Thread.sleep(6000); say(\"sleep\", 6000, at);\n"
    "    ScheduledExecutorService later = Executors.newScheduledThreadPool(2); long since = now();\n"
    "    later.schedule(() -> say(\"executor\", 3000, since), 3, TimeUnit.SECONDS).get();\n"
    "    Object object = new Object(); at = now();\n"
    "    synchronized (object) { object.wait(5000); } say(\"wait\", 5000, at);\n"
    "    Lock lock = new ReentrantLock(); at = now(); lock.lock();\n"
    "    lock.newCondition().await(4, TimeUnit.SECONDS); say(\"condition\", 4000, at);\n"
    "    later.shutdownNow();\n"
    "  }\n"
    "}\n";

static void java(void **state)
{
    (void)state;
    char path[64];
    if (!is_there("/usr/bin/java"))
        return;
    snprintf(path, sizeof path, "/tmp/preload-matrix-%d", (int)getpid());
    mkdir(path, 0700);
    strcat(path, "/Matrix.java");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(java_program, file);
    fclose(file);
    run("java", (const char *const[]){"/usr/bin/java", path, NULL}, 4);
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
}

/* Both say "ready to accept connections"; the descriptor keeps the FIFO open for what they say later. */
#define FIFO        "mkfifo said; exec 3<>said\n"
#define AWAIT_READY "grep -qm 1 'ready to accept connections' <&3\n"

static const char redis_script[] =
    "cd $(mktemp -d); " FIFO "redis-server --unixsocket ./s --port 0 --save '' >said 2>&1 & server=$!\n"
    "ask() { redis-cli -s ./s \"$@\"; }\n" AWAIT_READY "ask set key here px 3000 >set; sleep 2.9\n"
    "echo \"value before: here $(ask get key)\"; sleep 0.2; echo \"value after: gone $(ask get key)gone\"\n"
    "ask blpop none 2 >none; kill $server; wait $server; echo \"exit: 0 $?\"; rm -r $(pwd)\n";

static void redis(void **state)
{
    (void)state;
    if (is_there("/usr/bin/redis-server"))
        run("redis", (const char *const[]){"/bin/sh", "-c", redis_script, NULL}, 3);
}

static const char postgres_script[] =
    "cd $(mktemp -d) && bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)\n"
    "LD_PRELOAD= TWILIO_SIM_CLOCK= $bin/initdb -D data -A trust -U postgres --no-sync >log 2>&1\n" FIFO
    "$bin/postgres -D data -k $(pwd) -c listen_addresses= -c fsync=off >said 2>&1 & server=$!\n"
    "ask() { psql -h $(pwd) -U postgres -Atqc \"$1\" 2>&1; }\n" AWAIT_READY
    "say() { echo \"$1: $2 $(ask \"$3\" | tail -1)\"; }\n"
    "since='(extract(epoch from clock_timestamp() - now()) * 1000)::int'\n"
    "say pg_sleep 60000 \"begin; select pg_sleep(60); select $since; commit\"\n"
    "begun=$(date +%s%3N); ask 'set statement_timeout = 5000; select pg_sleep(100)' >timeout\n"
    "echo \"statement_timeout: 5000 $(($(date +%s%3N) - begun))\"\n"
    "echo \"cancelled: canceling $(grep -o canceling timeout)\"\n"
    "kill -INT $server; wait $server; echo \"exit: 0 $?\"; rm -r $(pwd)\n";

static void postgres(void **state)
{
    (void)state;
    const struct passwd *nobody = getpwnam("nobody");
    if (!is_there("/usr/bin/psql") || nobody == NULL)
        return;
    test_owner_begin(&owner, false);
    if (geteuid() == 0) /* it will not run as root */
        assert_int_equal(chown(owner.path, nobody->pw_uid, nobody->pw_gid), 0);
    struct test_run run =
        test_owner_run_as(&owner, (const char *const[]){"/bin/sh", "-c", postgres_script, NULL},
                          geteuid() == 0 ? nobody->pw_uid : 0);
    test_owner_end(&owner);
    expect_all_lines_to_agree("postgres", &run, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_c_program_with_every_call),
        cmocka_unit_test(node),
        cmocka_unit_test(python),
        cmocka_unit_test(java),
        cmocka_unit_test(redis),
        cmocka_unit_test(postgres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
