/* What the source of a backend tells, in any of the usual languages: its routes, what they read, the
 * variables of the environment, and signs of how it sends. Line by line, by patterns; nothing is understood.
 */
#include <pthread.h>
#include <stdio.h>

#include "env_file.h"
#include "fact_parts.h"
#include "fail.h"
#include "pattern.h"
#include "project_frameworks.h"

enum {
    LINE_MAX_LEN = 1000, /* longer ones are made by machines */
    WINDOW_LINES = 45,   /* how far below a route its parameters are looked for */
    FINDS_PER_LINE_MAX = 16,
};

#define QUOTE  "[\"'`]"
#define INSIDE "([^\"'`\\s]*)"
#define BODY                                                                                                 \
    "(?:(?:req|request|c|ctx|context|event)\\.)?(?:body|data|payload|input|params|query|json|form|values|"   \
    "args|dto|POST)"

enum use {
    USE_POST,
    USE_GET,
    USE_BY_LINE, /* POST when the line says so, else GET */
    USE_POST_UNLESS,
    USE_ENV,
    USE_EVIDENCE,
    USE_PORT,
    USE_PARAM,
    USE_PARAMS, /* names with commas between them */
    USE_MOUNT,
    USE_OWN_PREFIX,
    USE_PREFIX_OF_ALL,
    USE_IMPORT,
    USE_FRAMEWORK,
    USE_APP,
    USE_MAIN,
    USE_SERVES,
};

static const struct row {
    enum use use;
    const char *sign; /* the line must contain it, which is fast to see; NULL = any */
    const char *pattern;
    const char *more; /* the second part, searched in the same line */
    enum fact_evidence evidence;
} rows[] = {
    {USE_POST, ".post(", "\\.post\\(\\s*" QUOTE "(/[^\"'`\\s]*)", NULL, 0},
    {USE_POST, ".route(", "\\.route\\(\\s*" QUOTE "(/[^\"'`\\s]*)" QUOTE "\\s*\\)\\s*\\.post", NULL, 0},
    {USE_POST, ".POST(", "\\.POST\\(\\s*\"" INSIDE, NULL, 0},
    {USE_POST, ".Post(", "\\.Post\\(\\s*\"" INSIDE, NULL, 0},
    {USE_POST, "::post(", "Route::post\\(\\s*" QUOTE INSIDE, NULL, 0},
    {USE_POST, "@Post", "@Post(?:Mapping)?\\(\\s*(?:(?:value|path)\\s*=\\s*)?" QUOTE INSIDE, NULL, 0},
    {USE_POST, "post ", "^\\s*post\\s+" QUOTE "(/[^\"'\\s]*)", NULL, 0},
    {USE_POST, "POST /", "POST (/[\\w./-]*)", NULL, 0},
    {USE_GET, ".get(", "\\.get\\(\\s*" QUOTE "(/[^\"'`\\s]*)", NULL, 0},
    {USE_GET, ".GET(", "\\.GET\\(\\s*\"" INSIDE, NULL, 0},
    {USE_GET, "::get(", "Route::get\\(\\s*" QUOTE INSIDE, NULL, 0},
    {USE_GET, "@Get", "@Get(?:Mapping)?\\(\\s*" QUOTE INSIDE, NULL, 0},
    {USE_GET, "get ", "^\\s*get\\s+" QUOTE "(/[^\"'\\s]*)", NULL, 0},
    {USE_GET, "GET /", "GET (/[\\w./-]*)", NULL, 0},
    {USE_BY_LINE, ".route(", "@\\w+\\.route\\(\\s*" QUOTE INSIDE, NULL, 0},
    {USE_POST_UNLESS, "HandleFunc(", "HandleFunc\\(\\s*\"(/[^\"\\s]*)", NULL, 0},
    {USE_POST_UNLESS, "path(", "^\\s*(?:re_)?path\\(\\s*r?" QUOTE INSIDE, NULL, 0},
    {USE_POST_UNLESS, "==", "(?:url|path|pathname|getPath\\(\\))\\s*={2,3}\\s*" QUOTE "(/[^\"'`\\s]*)", NULL,
     0},
    {USE_OWN_PREFIX, "Blueprint(", "Blueprint\\(.*url_prefix\\s*=\\s*" QUOTE INSIDE, NULL, 0},
    {USE_OWN_PREFIX, "APIRouter(", "APIRouter\\(.*prefix\\s*=\\s*" QUOTE INSIDE, NULL, 0},
    {USE_OWN_PREFIX, "@Controller", "@Controller\\(\\s*" QUOTE INSIDE, NULL, 0},
    {USE_OWN_PREFIX, "@RequestMapping", "@RequestMapping\\(\\s*(?:(?:value|path)\\s*=\\s*)?\"" INSIDE, NULL,
     0},
    {USE_PREFIX_OF_ALL, "setGlobalPrefix(", "setGlobalPrefix\\(\\s*" QUOTE INSIDE, NULL, 0},
    {USE_MOUNT, ".use(", "\\.use\\(\\s*" QUOTE "(/[^\"'`\\s]*)", "\\.use\\(\\s*" QUOTE "[^,]*,\\s*(.+)", 0},
    {USE_MOUNT, "register", "prefix\\s*[=:]\\s*" QUOTE "(/[^\"'`\\s]*)",
     "(?:register(?:_blueprint)?|include_router)\\(\\s*([\\w.]+)", 0},
    {USE_MOUNT, "include_router", "prefix\\s*=\\s*" QUOTE "(/[^\"'`\\s]*)", "include_router\\(\\s*([\\w.]+)",
     0},
    {USE_MOUNT, ".Group(", "\\.Group\\(\\s*\"" INSIDE, "^\\s*(?:var\\s+)?(\\w+)\\s*:?=", 0},
    {USE_IMPORT, "require(", "(?:const|let|var)\\s+\\{?\\s*(\\w+)", "require\\(\\s*" QUOTE "(\\.[^\"'`]*)",
     0},
    {USE_IMPORT, " from ", "^\\s*import\\s+\\{?\\s*(?:\\w+ as )?(\\w+)", "from\\s+" QUOTE "(\\.[^\"'`]*)", 0},
    {USE_IMPORT, "import ", "import\\s+(\\w+)\\s*$", "^\\s*from\\s+([\\w.]+)\\s+import", 0},
    {USE_ENV, NULL, "\\b(TWILIO_[A-Z0-9_]+)\\b", NULL, 0},
    {USE_ENV, "env",
     "(?:process\\.env\\.|process\\.env\\[" QUOTE "|\\benv\\.|Deno\\.env\\.get\\(" QUOTE ")([A-Z][A-Z0-9_]+)",
     NULL, 0},
    {USE_ENV, "nviron", "environ(?:\\.get\\(|\\[|\\.setdefault\\()\\s*" QUOTE "([A-Z][A-Z0-9_]+)", NULL, 0},
    {USE_ENV, "env(", "[gG]?e?t?env\\(\\s*" QUOTE "([A-Z][A-Z0-9_]+)", NULL, 0},
    {USE_ENV, "Env(", "(?:Getenv|LookupEnv|System\\.getenv)\\(\\s*\"([A-Z][A-Z0-9_]+)", NULL, 0},
    {USE_ENV, "ENV", "ENV(?:\\.fetch\\(|\\[)\\s*" QUOTE "([A-Z][A-Z0-9_]+)", NULL, 0},
    {USE_ENV, "${", "\\$\\{([A-Z][A-Z0-9_]+)[:}]", NULL, 0},
    {USE_EVIDENCE, "PORT",
     "(?:env(?:iron)?(?:\\.get)?[.\\[(]\\s*" QUOTE "?|\\[|\\$\\{?|getenv\\(\\s*" QUOTE ")" QUOTE "?(PORT)\\b",
     NULL, EVIDENCE_PORT_VARIABLE},
    {USE_EVIDENCE, "etry", "\\b([rR]etry|maxRetries|max_retries|autoRetry)", NULL, EVIDENCE_RETRY},
    {USE_EVIDENCE, "etries", "([rR]etries)\\b", NULL, EVIDENCE_RETRY},
    {USE_EVIDENCE, "ackoff", "([bB]ackoff)", NULL, EVIDENCE_RETRY},
    {USE_EVIDENCE, "Retry", "(Retry)\\(", NULL, EVIDENCE_RETRY},
    {USE_EVIDENCE, "whatsapp:", "(whatsapp:)", NULL, EVIDENCE_WHATSAPP},
    {USE_EVIDENCE, "verif",
     "(client\\.verify\\b|verify\\.v2|verifications\\.create|verification_checks|verificationChecks|/v2/"
     "Services/)",
     NULL, EVIDENCE_VERIFY},
    {USE_EVIDENCE, "wilio",
     "(api\\.twilio\\.com|require\\(['\"]twilio['\"]\\)|from ['\"]twilio['\"]|from "
     "twilio|messages\\.create|twilio-go|com\\.twilio)",
     NULL, EVIDENCE_TWILIO},
    {USE_EVIDENCE, "edis",
     "(createClient\\(|new Redis\\(|redis\\.Redis|redis\\.from_url|redis\\.NewClient|Redis\\.new)", NULL,
     EVIDENCE_REDIS},
    {USE_PORT, "listen(", "\\blisten\\(\\s*(\\d{2,5})\\b", NULL, 0},
    {USE_PORT, "port", "\\bport\\s*=\\s*(\\d{2,5})\\b", NULL, 0},
    {USE_PORT, "ListenAndServe", "ListenAndServe\\(\\s*\"[^\":]*:(\\d{2,5})\"", NULL, 0},
    {USE_PARAM, NULL, BODY "\\??\\.([A-Za-z_]\\w*)", NULL, 0},
    {USE_PARAM, "[", "(?:" BODY "|_POST|\\$\\w+)\\[\\s*[\"':](\\w+)", NULL, 0},
    {USE_PARAM, "get(", "\\.get\\(\\s*" QUOTE "(\\w+)" QUOTE, NULL, 0},
    {USE_PARAM, "input(", "input\\(\\s*" QUOTE "(\\w+)" QUOTE, NULL, 0},
    {USE_PARAM, "json:", "json:\"(\\w+)", NULL, 0},
    {USE_PARAM, "jq ", "['\" ]\\.(\\w+)", NULL, 0},
    {USE_PARAM, ":", "^\\s+(\\w+)\\??\\s*:\\s*(?:str|string|Optional|int)\\b", NULL, 0},
    {USE_PARAM, "String ", "String\\s+(\\w+)\\s*[;,)]", NULL, 0},
    {USE_PARAMS, "}",
     "\\{([^{}]*)\\}\\s*=\\s*(?:await\\s+)?[\\w.]*(?:req|request|body|json|data|payload|input)\\b", NULL, 0},
    {USE_EVIDENCE, "form", "(request\\.form|express\\.urlencoded|ParseForm|PostFormValue)", NULL,
     EVIDENCE_FORM},
    {USE_EVIDENCE, "POST", "(request\\.POST|\\$_POST)", NULL, EVIDENCE_FORM},
    {USE_FRAMEWORK, "Flask(", "(Flask)\\(__name__", NULL, 0},
    {USE_FRAMEWORK, "FastAPI(", "(FastAPI)\\(", NULL, 0},
    {USE_APP, "Flask(", "^\\s*(\\w+)\\s*=\\s*Flask\\(", NULL, 0},
    {USE_APP, "FastAPI(", "^\\s*(\\w+)\\s*=\\s*FastAPI\\(", NULL, 0},
    {USE_APP, "sinatra", "^\\s*require\\s+['\"](sinatra)", NULL, 0},
    {USE_MAIN, "func main()", "^(func main)\\(\\)", NULL, 0},
    {USE_SERVES, "run(", "((?:\\bapp|uvicorn)\\.run\\()", NULL, 0},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static struct pattern *patterns[ROWS], *mores[ROWS];
static pthread_once_t compiled = PTHREAD_ONCE_INIT;

static struct pattern *compile(const char *source)
{
    struct fail why = {0};
    struct pattern *pattern = pattern_new(text_of(source), &why);
    REQUIRE(pattern != NULL);
    return pattern;
}

/* Once for the process: sixty patterns are for every file the same. */
static void compile_all(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        patterns[i] = compile(rows[i].pattern);
        mores[i] = rows[i].more == NULL ? NULL : compile(rows[i].more);
    }
}

static const struct {
    const char *name; /* in lower case, without _ and - */
    enum fact_param_kind kind;
} param_names[] = {
    {"phone", PARAM_PHONE},        {"phonenumber", PARAM_PHONE}, {"mobile", PARAM_PHONE},
    {"mobilenumber", PARAM_PHONE}, {"msisdn", PARAM_PHONE},      {"tel", PARAM_PHONE},
    {"telephone", PARAM_PHONE},    {"to", PARAM_PHONE},          {"number", PARAM_PHONE},
    {"recipient", PARAM_PHONE},    {"phoneno", PARAM_PHONE},     {"userphone", PARAM_PHONE},
    {"code", PARAM_CODE},          {"otp", PARAM_CODE},          {"otpcode", PARAM_CODE},
    {"pin", PARAM_CODE},           {"passcode", PARAM_CODE},     {"verificationcode", PARAM_CODE},
    {"smscode", PARAM_CODE},       {"codeotp", PARAM_CODE},      {"channel", PARAM_CHANNEL},
    {"via", PARAM_CHANNEL},        {"purpose", PARAM_PURPOSE},   {"type", PARAM_PURPOSE},
};

static bool param_kind(struct text name, enum fact_param_kind *ret)
{
    char plain[32];
    size_t len = 0;
    for (size_t i = 0; i < name.len && len < sizeof plain - 1; i++) {
        char c = name.at[i];
        if (c != '_' && c != '-')
            plain[len++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    for (size_t i = 0; i < sizeof param_names / sizeof param_names[0]; i++)
        if (text_is(text_span(plain, len), param_names[i].name)) {
            *ret = param_names[i].kind;
            return true;
        }
    return false;
}

struct scan {
    const struct fact_file *file;
    struct text line;
    int number;
    size_t first_route; /* of this file */
};

static void add_param(struct scan *scan, struct text name)
{
    struct project_facts *facts = scan->file->facts;
    enum fact_param_kind kind;
    if (!param_kind(name, &kind))
        return;
    /* the route nearest above */
    struct fact_route *route =
        facts->route_count > scan->first_route ? &facts->routes[facts->route_count - 1] : NULL;
    if (route != NULL && scan->number - route->at.line <= WINDOW_LINES && route->params[kind].at == NULL)
        route->params[kind] = fact_text(facts, name);
    for (size_t i = 0; i < facts->param_count; i++)
        if (facts->params[i].kind == kind && text_equal(facts->params[i].name, name) &&
            text_equal(facts->params[i].at.file, scan->file->name))
            return;
    if (facts->param_count < FACTS_PARAMS_MAX)
        facts->params[facts->param_count++] = (struct fact_param){
            .name = fact_text(facts, name), .kind = kind, .at = fact_here(scan->file, scan->number)};
}

static void add_params(struct scan *scan, struct text names)
{
    struct text name;
    while (text_split(&names, ',', &name)) {
        name = text_trim(name);
        add_param(scan, text_trim(text_first(text_first(name, text_find(name, ':')), text_find(name, '='))));
    }
}

/* The last word of what stands before the end; none: "". */
static struct text last_word(struct text line)
{
    size_t begin = line.len;
    while (begin > 0 && fact_word_byte(line.at[begin - 1]))
        begin--;
    return text_from(line, begin);
}

/* "router" of "router.post('" before `found`. */
static struct text owner_of(const struct scan *scan, struct text found)
{
    struct text before = text_first(scan->line, (size_t)(found.at - scan->line.at));
    while (before.len > 0 && !fact_word_byte(before.at[before.len - 1]))
        before.len--; /* (' */
    before.len -= last_word(before).len;
    if (!text_ends(before, "."))
        return TEXT_NONE;
    struct text owner = last_word(text_first(before, before.len - 1));
    return owner.len > 0 ? owner : TEXT_NONE;
}

static void add_route(struct scan *scan, const char *method, struct text path)
{
    static const char *const clients[] = {"axios",         "fetch(",       "supertest",
                                          "requests.post", "requests.get", "http.Post"};
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++)
        if (text_contains(scan->line, text_of(clients[i])))
            return;
    const struct project_facts *facts = scan->file->facts;
    struct text owner = owner_of(scan, path);
    for (size_t i = scan->first_route; i < facts->route_count; i++)
        if (text_equal(facts->routes[i].path, path) && text_is(facts->routes[i].method, method) &&
            text_equal(facts->routes[i].owner, owner))
            return;
    if (path.len <= 200)
        fact_add_route(scan->file, scan->number, method, path, owner);
}

static bool says_get(struct text line)
{
    return text_contains(line, TEXT("GET")) && !text_contains(line, TEXT("POST"));
}

static void use_framework_of(struct scan *scan, struct text name)
{
    struct project_facts *facts = scan->file->facts;
    char z[32];
    snprintf(z, sizeof z, "%.*s", TEXT_ARGS(name));
    if (facts->framework != NULL)
        return;
    facts->framework = framework_named(z);
    facts->framework_at = fact_here(scan->file, scan->number);
}

static void use_app(struct scan *scan, struct text name)
{
    struct project_facts *facts = scan->file->facts;
    if (facts->app_file.at != NULL)
        return;
    facts->app_file = scan->file->name;
    facts->app_variable = fact_text(facts, name);
}

static void use_mount(struct scan *scan, const struct pattern *more, struct text prefix)
{
    struct text what = TEXT_NONE;
    pattern_find(more, scan->line, &what);
    fact_add_mount(scan->file, scan->number, prefix, what, owner_of(scan, prefix));
}

static void use_import(struct scan *scan, const struct pattern *more, struct text name)
{
    struct text module;
    if (pattern_find(more, scan->line, &module) == PATTERN_FOUND)
        fact_add_import(scan->file, scan->number, name, module);
}

static void use_found(struct scan *scan, const struct row *row, const struct pattern *more, struct text found)
{
    switch (row->use) {
    case USE_POST:
        add_route(scan, "POST", found);
        break;
    case USE_GET:
        add_route(scan, "GET", found);
        break;
    case USE_BY_LINE:
        add_route(scan, text_contains(scan->line, TEXT("POST")) ? "POST" : "GET", found);
        break;
    case USE_POST_UNLESS:
        add_route(scan, says_get(scan->line) ? "GET" : "POST", found);
        break;
    case USE_ENV:
        fact_add_env(scan->file, scan->number, found, false);
        break;
    case USE_EVIDENCE:
        fact_add_evidence(scan->file, scan->number, row->evidence);
        break;
    case USE_PORT:
        fact_add_port(scan->file, scan->number, found);
        break;
    case USE_PARAM:
        add_param(scan, found);
        break;
    case USE_PARAMS:
        add_params(scan, found);
        break;
    case USE_MOUNT:
        use_mount(scan, more, found);
        break;
    case USE_OWN_PREFIX:
        fact_add_mount(scan->file, scan->number, found, TEXT_NONE, TEXT_NONE);
        break;
    case USE_PREFIX_OF_ALL:
        scan->file->facts->prefix_of_all = fact_text(scan->file->facts, found);
        scan->file->facts->prefix_excludes = fact_text(
            scan->file->facts, text_from(scan->line, (size_t)(found.at - scan->line.at) + found.len));
        break;
    case USE_IMPORT:
        use_import(scan, more, found);
        break;
    case USE_FRAMEWORK:
        use_framework_of(scan, found);
        break;
    case USE_APP:
        use_app(scan, found);
        break;
    case USE_MAIN:
        if (scan->file->facts->main_file.at == NULL)
            scan->file->facts->main_file = scan->file->name;
        break;
    case USE_SERVES:
        if (text_equal(scan->file->facts->app_file, scan->file->name))
            scan->file->facts->app_serves = true;
        break;
    }
}

static void scan_row(struct scan *scan, size_t index)
{
    struct text rest = scan->line, found;
    if (rows[index].sign != NULL && !text_contains(rest, text_of(rows[index].sign)))
        return;
    for (int i = 0; i < FINDS_PER_LINE_MAX && pattern_find(patterns[index], rest, &found) == PATTERN_FOUND;
         i++) {
        use_found(scan, &rows[index], mores[index], found);
        size_t passed = (size_t)(found.at - rest.at) + found.len;
        if (passed == 0 || passed >= rest.len)
            return;
        rest = text_from(rest, passed);
    }
}

static bool is_comment(struct text line)
{
    return text_starts(line, "//") || text_starts(line, "#") || text_starts(line, "*") ||
           text_starts(line, "/*");
}

/* pages/api/send.ts and app/api/send/route.ts are routes by their names. */
static void route_of_file(const struct fact_file *file)
{
    static const char *const roots[] = {"pages/api/", "app/api/"};
    struct text name = file->name;
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        for (size_t at = 0; at + strlen(roots[i]) < name.len; at++) {
            struct text rest = text_from(name, at);
            if (!text_starts(rest, roots[i]) || (at > 0 && name.at[at - 1] != '/'))
                continue;
            struct text path = text_from(rest, text_find(rest, '/'));
            struct text stem =
                text_first(path, path.len - fact_base_name(path).len + text_find(fact_base_name(path), '.'));
            if (text_ends(stem, "/route"))
                stem = text_first(stem, stem.len - 6);
            struct fact_route *route = fact_add_route(file, 1, "POST", stem, TEXT_NONE);
            if (route != NULL)
                route->file_path = true;
            return;
        }
    }
}

void read_source(const struct fact_file *file)
{
    struct scan scan = {.file = file, .first_route = file->facts->route_count};
    struct text rest = file->bytes;
    pthread_once(&compiled, compile_all);
    route_of_file(file);
    if (text_ends(file->name, "routes/api.php")) /* Laravel's convention */
        fact_add_mount(file, 0, TEXT("/api"), TEXT_NONE, TEXT_NONE);
    while (env_line(&rest, &scan.line, NULL)) {
        scan.number++;
        if (scan.line.len > LINE_MAX_LEN || is_comment(text_trim(scan.line)))
            continue;
        for (size_t i = 0; i < ROWS; i++)
            scan_row(&scan, i);
    }
}
