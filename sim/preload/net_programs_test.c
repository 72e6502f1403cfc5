/* Unmodified programs of every runtime under `twilio-sim exec --preload`: each reaches the simulator over TLS
 * by the official host name, with no proxy anywhere, and is refused everything else, which is named. A
 * runtime that is not installed is left out with a word. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "preload_way.h"
#include "test_support.h"

enum { SAID_BYTES = 32 * 1024 };

/* What each program does: an account's data by its own TLS, a name and an address of elsewhere. */
#define ACCOUNT_PATH "/2010-04-01/Accounts/"

static const char node_fetch[] =
    "const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token } = process.env;\n"
    "const code = (e) => e.cause.code;\n"
    "const headers = { authorization: 'Basic ' + Buffer.from(sid + ':' + token).toString('base64') };\n"
    "const own = await fetch('https://api.twilio.com" ACCOUNT_PATH "' + sid + '.json', { headers });\n"
    "const name = await fetch('https://db.example.com/').catch(code);\n"
    "const address = await fetch('https://203.0.113.7/').catch(code);\n"
    "const ip6 = await fetch('https://[2001:db8::7]/').catch(code);\n"
    "const dns = (await import('node:dns')).promises;\n"
    "const server = await dns.resolve4('srv.example.com').catch((e) => e.code);\n"
    "console.log(own.status, name, address, ip6, server);\n";

static const char node_sdk[] =
    "const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token, TWILIO_PHONE_NUMBER: from } = process.env;\n"
    "const client = require(process.cwd() + '/fixtures/backend/node_modules/twilio')(sid, token);\n"
    "(async () => {\n"
    "  const sent = await client.messages.create({ to: '+243810000001', from, body: 'Your code is 482913' "
    "});\n"
    "  const wrong = await client.messages.create({ to: '12', from, body: 'x' }).catch((e) => e.code);\n"
    "  const list = await client.messages.list({ limit: 5 });\n"
    "  console.log(sent.status, wrong, list.length);\n"
    "})();\n";

static const char python_own[] =
    "import base64, http.client, os, socket, urllib.request\n"
    "sid, token = os.environ['TWILIO_ACCOUNT_SID'], os.environ['TWILIO_AUTH_TOKEN']\n"
    "path = '" ACCOUNT_PATH "' + sid + '.json'\n"
    "head = {'Authorization': 'Basic ' + base64.b64encode((sid + ':' + token).encode()).decode()}\n"
    "opened = urllib.request.urlopen(urllib.request.Request('https://api.twilio.com' + path, headers=head))\n"
    "client = http.client.HTTPSConnection('api.dublin.ie1.twilio.com')\n"
    "client.request('GET', path, headers=head)\n"
    "def fault(call, *given):\n"
    "    try: return call(*given)\n"
    "    except OSError as e: return type(e).__name__\n"
    "print(opened.status, client.getresponse().status,\n"
    "      fault(socket.create_connection, ('db.example.com', 443)),\n"
    "      fault(socket.create_connection, ('203.0.113.7', 443)),\n"
    "      fault(socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto, b'x', ('203.0.113.7', 53)))\n";

static const char python_requests[] =
    "import os, requests\n"
    "sid, token = os.environ['TWILIO_ACCOUNT_SID'], os.environ['TWILIO_AUTH_TOKEN']\n"
    "own = requests.get('https://api.twilio.com" ACCOUNT_PATH "' + sid + '.json', auth=(sid, token))\n"
    "try: requests.get('https://203.0.113.7/', timeout=5)\n"
    "except requests.exceptions.ConnectionError as e: print(own.status_code, 'refused' in str(e))\n";

static const char curl_own[] =
    "ask() { curl -sg --max-time 9 -o /dev/null -w '%{http_code} ' \"$@\" || echo \"status $?\"; }\n"
    "path=" ACCOUNT_PATH "$TWILIO_ACCOUNT_SID.json\n"
    "ask -u $TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN https://api.twilio.com$path\n"
    "ask -u $TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN http://api.twilio.com$path\n"
    "ask https://db.example.com/\n"
    "ask https://203.0.113.7/\n"
    "ask https://[2001:db8::7]/\n";

static const char java_own[] =
    "import java.net.*; import java.net.http.*; import java.util.*;\n"
    "public class Reach {\n"
    "  public static void main(String[] args) throws Exception {\n"
    "    String sid = System.getenv(\"TWILIO_ACCOUNT_SID\"), token = System.getenv(\"TWILIO_AUTH_TOKEN\");\n"
    "    String head = \"Basic \" + Base64.getEncoder().encodeToString((sid + \":\" + token).getBytes());\n"
    "    URI uri = URI.create(\"https://api.twilio.com" ACCOUNT_PATH "\" + sid + \".json\");\n"
    "    int sent = HttpClient.newHttpClient().send(\n"
    "        HttpRequest.newBuilder(uri).header(\"Authorization\", head).build(),\n"
    "        HttpResponse.BodyHandlers.ofString()).statusCode();\n"
    "    HttpURLConnection opened = (HttpURLConnection) uri.toURL().openConnection();\n"
    "    opened.setRequestProperty(\"Authorization\", head);\n"
    "    String name = \"\", address = \"\";\n"
    "    try { new Socket(\"db.example.com\", 443); } catch (UnknownHostException e) { name = \"unknown\"; "
    "}\n"
    "    try { new Socket(\"203.0.113.7\", 443); } catch (ConnectException e) { address = \"refused\"; }\n"
    "    System.out.println(sent + \" \" + opened.getResponseCode() + \" \" + name + \" \" + address);\n"
    "  }\n"
    "}\n";

/* As PHP loads its extensions: their own dependencies come before every preloaded library. */
static const char python_deep[] =
    "import ctypes, os\n"
    "curl = ctypes.CDLL('libcurl-gnutls.so.4', mode=os.RTLD_NOW | os.RTLD_DEEPBIND)\n"
    "curl.curl_easy_init.restype = ctypes.c_void_p\n"
    "handle = ctypes.c_void_p(curl.curl_easy_init())\n"
    "curl.curl_easy_setopt(handle, 44, ctypes.c_long(1))\n" /* CURLOPT_NOBODY */
    "def ask(url):\n"
    "    curl.curl_easy_setopt(handle, 10002, url)\n" /* CURLOPT_URL */
    "    return curl.curl_easy_perform(handle)\n"
    "print(ask(b'http://api.twilio.com/'), ask(b'http://203.0.113.7/'))\n";

static char folder[64];

static int a_folder_is_there(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/net-programs-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int the_folder_goes(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static bool runs(const char *command)
{
    char probe[256];
    snprintf(probe, sizeof probe, "%s >/dev/null 2>&1", command);
    if (system(probe) == 0)
        return true;
    print_message("left out, this does not run here: %s\n", command);
    return false;
}

/* `twilio-sim exec --preload -- PROGRAM FILE`, both streams into `said`. */
static void run(const char *program, const char *file, const char *content, char said[SAID_BYTES])
{
    char path[128], command[2 * PATH_MAX], simulator[PATH_MAX];
    struct fail why = {0};
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *written = fopen(path, "w");
    assert_non_null(written);
    fputs(content, written);
    fclose(written);
    if (!preload_file_find("twilio-sim", simulator, &why))
        fail_msg("%s", why.text);
    snprintf(command, sizeof command, "%s exec --preload -- %s %s 2>&1", simulator, program, path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    said[fread(said, 1, SAID_BYTES - 1, pipe)] = '\0';
    int status = pclose(pipe);
    if (status != 0)
        fail_msg("%s ended with %d:\n%s", program, status, said);
}

static void assert_says(const char *said, const char *words)
{
    if (strstr(said, words) == NULL)
        fail_msg("\"%s\" is not in:\n%s", words, said);
}

static void nodes_fetch_reaches_the_simulator_and_nothing_else(void **state)
{
    (void)state;
    char said[SAID_BYTES];
    if (!runs("node --version"))
        skip();
    run("node", "fetch.mjs", node_fetch, said);
    assert_says(said, "200 ENOTFOUND ECONNREFUSED ECONNREFUSED ECONNREFUSED\n");
    assert_says(said, "twilio-sim: refused   node (");
    assert_says(said, ") looked up db.example.com\n");
    assert_says(said, ") to 203.0.113.7 port 443 (tcp)\n");
    assert_says(said, ") to 2001:db8::7 port 443 (tcp)\n");
    assert_says(said, " port 53 (udp)\n"); /* its own resolver asks the machine's name server */
}

static void the_official_node_sdk_needs_no_proxy(void **state)
{
    (void)state;
    char said[SAID_BYTES];
    if (!runs("node -e \"require('./fixtures/backend/node_modules/twilio')\""))
        skip();
    run("node", "sdk.js", node_sdk, said);
    assert_says(said, "queued 21211 1\n");
    assert_says(said, "twilio-sim: sms       +243810000001  482913    Your code is 482913\n");
    assert_null(strstr(said, "refused   node"));
}

static void pythons_own_clients_reach_it(void **state)
{
    (void)state;
    char said[SAID_BYTES];
    if (!runs("python3 -c 'import ssl'"))
        skip();
    run("python3", "own.py", python_own, said);
    assert_says(said, "200 200 gaierror ConnectionRefusedError ConnectionRefusedError\n");
    assert_says(said, ") to 203.0.113.7 port 53 (udp)\n");
}

static void pythons_requests_reaches_it(void **state)
{
    (void)state;
    char said[SAID_BYTES];
    if (!runs("python3 -c 'import requests'"))
        skip();
    run("python3", "with_requests.py", python_requests, said);
    assert_says(said, "200 True\n");
}

static void curl_reaches_it(void **state)
{
    (void)state;
    char said[SAID_BYTES];
    if (!runs("curl --version"))
        skip();
    run("sh", "own.sh", curl_own, said);
    assert_says(said, "200 200 "); /* over TLS and in the clear */
    assert_says(said, "000 status 6\n");
    assert_says(said, "000 status 7\n");
    assert_says(said, "twilio-sim: refused   curl (");
}

static void java_reaches_it(void **state)
{
    (void)state;
    char said[SAID_BYTES];
    if (!runs("java -version") || !runs("java --list-modules | grep -q jdk.compiler"))
        skip();
    run("java", "Reach.java", java_own, said);
    assert_says(said, "200 200 unknown refused\n");
    assert_says(said, "twilio-sim: refused   java (");
}

static void a_library_that_is_bound_deeply_reaches_it(void **state)
{
    (void)state;
    char said[SAID_BYTES];
    if (!runs("python3 -c \"import ctypes; ctypes.CDLL('libcurl-gnutls.so.4')\""))
        skip();
    run("python3", "deep.py", python_deep, said);
    assert_says(said, "0 7\n");
    assert_says(said, "203.0.113.7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_fetch_reaches_the_simulator_and_nothing_else),
        cmocka_unit_test(the_official_node_sdk_needs_no_proxy),
        cmocka_unit_test(pythons_own_clients_reach_it),
        cmocka_unit_test(pythons_requests_reaches_it),
        cmocka_unit_test(curl_reaches_it),
        cmocka_unit_test(java_reaches_it),
        cmocka_unit_test(a_library_that_is_bound_deeply_reaches_it),
    };
    return cmocka_run_group_tests(tests, a_folder_is_there, the_folder_goes);
}
