/* Which routes send and check a code: by the words of their paths and the parameters that they read. */
#include <stdio.h>

#include "fact_parts.h"
#include "project_guess.h"

enum { SURE_SCORE = 5, LEAST_SCORE = 3, OWNERS_MAX = 4 };

struct word_score {
    const char *word;
    int send, check;
};

/* In the last part of a path. */
static const struct word_score last_words[] = {
    {"verification", 3, 1}, {"verify", -4, 5},   {"check", -4, 5},   {"confirm", -4, 4},
    {"validate", -4, 5},    {"send", 4, -4},     {"request", 3, -3}, {"start", 3, -3},
    {"generate", 3, -3},    {"resend", -6, -4},  {"otp", 3, 1},      {"code", 3, 1},
    {"pin", 2, 1},          {"sms", 2, 0},       {"login", 1, 1},    {"signin", 1, 1},
    {"callback", -9, -9},   {"webhook", -9, -9}, {"status", -9, -9}, {"inbound", -9, -9},
};
/* Anywhere before it. */
static const struct word_score first_words[] = {
    {"otp", 2, 2}, {"verif", 1, 1}, {"auth", 1, 1}, {"code", 1, 1}, {"phone", 1, 1}, {"webhook", -9, -9},
};

struct scores {
    int send, check;
};

static void score_words(struct text path, const struct word_score *words, size_t count, struct scores *scores)
{
    for (size_t i = 0; i < count; i++) {
        bool verification =
            text_is(text_of(words[i].word), "verify") && text_contains(path, TEXT("verification"));
        bool resend = text_is(text_of(words[i].word), "send") && text_contains(path, TEXT("resend"));
        if (verification || resend || !text_contains(path, text_of(words[i].word)))
            continue;
        scores->send += words[i].send;
        scores->check += words[i].check;
    }
}

static struct text lower(struct text path, char *out, size_t size)
{
    path = text_first(path, size);
    for (size_t i = 0; i < path.len; i++)
        out[i] = (char)(path.at[i] >= 'A' && path.at[i] <= 'Z' ? path.at[i] + 32 : path.at[i]);
    return text_span(out, path.len);
}

static struct scores score_of(const struct fact_route *route, struct text whole)
{
    struct scores scores = {0};
    char bytes[256];
    struct text path = lower(whole, bytes, sizeof bytes);
    while (text_ends(path, "/"))
        path = text_first(path, path.len - 1);
    struct text last = fact_base_name(path), first = text_first(path, path.len - last.len);
    if (!text_is(route->method, "POST") || text_find(path, ':') < path.len ||
        text_find(path, '<') < path.len || text_find(path, '$') < path.len)
        return (struct scores){-99, -99};
    score_words(last, last_words, sizeof last_words / sizeof last_words[0], &scores);
    score_words(first, first_words, sizeof first_words / sizeof first_words[0], &scores);
    if (route->params[PARAM_CODE].at != NULL) {
        scores.check += 2;
        scores.send -= 2;
    }
    if (route->params[PARAM_PHONE].at != NULL) {
        scores.send += 2;
        scores.check++;
    }
    return scores;
}

static struct text stem_of(struct text path)
{
    struct text base = fact_base_name(path);
    if (base.len > 0 && text_find(base, '.') < base.len)
        return text_first(base, text_find(base, '.'));
    return base;
}

/* "routes.auth" and "./routes/auth.js" both name auth. */
static bool names_file(struct text module, struct text file)
{
    struct text stem = stem_of(file), last = module;
    bool python = text_ends(file, ".py");
    for (size_t i = python ? module.len : 0; i-- > 0;)
        if (module.at[i] == '.') {
            last = text_from(module, i + 1);
            break;
        }
    if ((text_is(stem, "index") || text_is(stem, "__init__")) && file.len > fact_base_name(file).len)
        stem = stem_of(text_first(file, file.len - fact_base_name(file).len - 1));
    if (!python && text_is(stem_of(module), "index") && fact_folder_name(module).len > 0)
        module = fact_folder_name(module);
    return text_equal(python ? last : stem_of(module), stem);
}

/* Does the name stand for the file, where it is mounted? */
static bool stands_for(const struct project_facts *facts, const struct fact_mount *mount, struct text name,
                       struct text file)
{
    for (size_t i = 0; i < facts->import_count; i++)
        if (text_equal(facts->imports[i].name, name) &&
            text_equal(facts->imports[i].at.file, mount->at.file) &&
            names_file(facts->imports[i].module, file))
            return true;
    return names_file(name, file);
}

/* A mount names what it serves by one of its words ("json(), authRoutes(parts)"), or by the file itself
 * ("require('./routes/auth')"). */
static bool mounts(const struct project_facts *facts, const struct fact_mount *mount, struct text file)
{
    struct text rest = mount->what;
    while (rest.len > 0) {
        size_t len = 0;
        while (len < rest.len && fact_word_byte(rest.at[len]))
            len++;
        if (len > 0 && stands_for(facts, mount, text_first(rest, len), file))
            return true;
        rest = text_from(rest, len + 1);
    }
    return false;
}

static bool has_word(struct text rest, struct text word)
{
    while (rest.len > 0) {
        size_t len = 0;
        while (len < rest.len && fact_word_byte(rest.at[len]))
            len++;
        if (text_equal(text_first(rest, len), word))
            return true;
        rest = text_from(rest, len + 1);
    }
    return false;
}

/* Where a router is mounted in its own file, or NULL. */
static const struct fact_mount *mount_here(const struct project_facts *facts, struct text file,
                                           struct text router)
{
    for (size_t i = 0; router.at != NULL && i < facts->mount_count; i++) {
        const struct fact_mount *mount = &facts->mounts[i];
        if (mount->what.at != NULL && text_equal(mount->at.file, file) && has_word(mount->what, router))
            return mount;
    }
    return NULL;
}

static struct text joined(struct project_facts *facts, struct text prefix, struct text path)
{
    char whole[500];
    while (text_ends(prefix, "/"))
        prefix = text_first(prefix, prefix.len - 1);
    bool bare = path.len == 0 || text_is(path, "/");
    snprintf(whole, sizeof whole, "%s%.*s%s%.*s", prefix.len > 0 && prefix.at[0] != '/' ? "/" : "",
             TEXT_ARGS(prefix), bare || path.at[0] == '/' ? "" : "/",
             TEXT_ARGS(bare && prefix.len > 0 ? TEXT_NONE : path));
    return fact_text(facts, whole[0] == '\0' ? TEXT("/") : text_of(whole));
}

/* What the file says of itself: url_prefix= above the route, a router mounted on another one in the same
 * file. */
static struct text path_in_file(struct project_facts *facts, const struct fact_route *route)
{
    const struct fact_mount *own = NULL;
    for (size_t i = 0; i < facts->mount_count; i++) {
        const struct fact_mount *mount = &facts->mounts[i];
        if (mount->what.at == NULL && text_equal(mount->at.file, route->at.file) &&
            mount->at.line < route->at.line)
            own = mount;
    }
    return joined(facts, own == NULL ? TEXT_NONE : own->prefix, route->path);
}

static struct text with_owners(struct project_facts *facts, struct text path, struct text file,
                               struct text owner)
{
    const struct fact_mount *mount;
    for (int i = 0; i < OWNERS_MAX && (mount = mount_here(facts, file, owner)) != NULL; i++) {
        path = joined(facts, mount->prefix, path);
        owner = mount->owner;
    }
    return path;
}

/* Where the routes of a file are mounted, or NULL; in itself only if `itself`. */
static const struct fact_mount *mount_of_file(const struct project_facts *facts, struct text file,
                                              bool itself)
{
    for (size_t i = 0; i < facts->mount_count; i++) {
        const struct fact_mount *mount = &facts->mounts[i];
        if (mount->what.at != NULL && (itself || !text_equal(mount->at.file, file)) &&
            mounts(facts, mount, file))
            return mount;
    }
    return NULL;
}

static struct text whole_path(struct project_facts *facts, const struct fact_route *route)
{
    struct text file = route->at.file;
    if (route->file_path)
        return route->path;
    struct text path = with_owners(facts, path_in_file(facts, route), file, route->owner);
    const struct fact_mount *mount = mount_of_file(facts, file, route->owner.at == NULL);
    for (int i = 0; i < OWNERS_MAX && mount != NULL; i++) {
        path = with_owners(facts, joined(facts, mount->prefix, path), mount->at.file, mount->owner);
        file = mount->at.file;
        mount = mount_of_file(facts, file, false);
    }
    return path;
}

/* NestJS: exceptions stand behind the prefix, each in quotes and often without its first slash. */
static bool is_excluded(const struct project_facts *facts, struct text path)
{
    struct text rest = facts->prefix_excludes, bare = text_from(path, path.len > 0 && path.at[0] == '/');
    while (bare.len > 0 && rest.len > 0) {
        size_t len = 0;
        while (len < rest.len && strchr("'\"`", rest.at[len]) == NULL)
            len++;
        struct text piece = text_first(rest, len);
        if (text_equal(piece, path) || text_equal(piece, bare))
            return true;
        rest = text_from(rest, len + 1);
    }
    return false;
}

struct text guess_route_path(struct project_facts *facts, const struct fact_route *route)
{
    struct text path = whole_path(facts, route);
    if (facts->prefix_of_all.len > 0 && !route->file_path && !is_excluded(facts, path))
        path = joined(facts, facts->prefix_of_all, path);
    return guess_literal(facts, path);
}

static void guess_param(struct project_facts *facts, const struct fact_route *route,
                        enum fact_param_kind kind, struct guess *ret)
{
    static const char *const usual[PARAM_KINDS] = {[PARAM_PHONE] = "phone", [PARAM_CODE] = "code"};
    const struct fact_param *found = NULL;
    if (route->params[kind].at != NULL) {
        guess_because(ret, route->params[kind], true, route->at, "");
        return;
    }
    for (size_t i = 0; i < facts->param_count; i++) {
        bool here = text_equal(facts->params[i].at.file, route->at.file);
        if (facts->params[i].kind == kind &&
            (found == NULL || (here && !text_equal(found->at.file, route->at.file))))
            found = &facts->params[i];
    }
    if (usual[kind] == NULL)
        return;
    if (found != NULL)
        guess_because(ret, found->name, text_equal(found->at.file, route->at.file), found->at, "");
    else
        guess_because(ret, text_of(usual[kind]), false, (struct fact_place){0}, "a usual name");
}

/* Does the file that reads the parameter read forms? */
static bool reads_form(const struct project_facts *facts, const struct guess *param)
{
    struct text file = facts->evidence[EVIDENCE_FORM].file;
    return file.at != NULL && text_contains(text_of(param->why), file);
}

/* Go hands groups of routes to functions of other files and Django includes those of an application, which
 * nothing here follows; and a router of Node is mounted somewhere. */
static bool may_have_more_prefix(const struct project_facts *facts, const struct fact_route *route)
{
    struct text file = route->at.file;
    bool router = route->owner.at != NULL && text_ends(route->owner, "outer") && !text_ends(file, ".py");
    for (size_t i = 0; text_ends(file, ".go") && i < facts->mount_count; i++)
        if (text_ends(facts->mounts[i].at.file, ".go") && !text_equal(facts->mounts[i].at.file, file))
            return true;
    if (text_ends(file, "/urls.py"))
        return true;
    return router && mount_here(facts, file, route->owner) == NULL &&
           mount_of_file(facts, file, false) == NULL;
}

static void take(struct project_facts *facts, const struct fact_route *route, int score, bool code,
                 struct guess_route *ret)
{
    static const struct fact_route nowhere;
    if (route == NULL) {
        route = &nowhere;
        snprintf(ret->path.why, sizeof ret->path.why, "no source shows a route that %s a code",
                 code ? "checks" : "sends");
        ret->method = TEXT("POST");
    } else {
        bool sure = score >= SURE_SCORE && !may_have_more_prefix(facts, route);
        guess_because(&ret->path, guess_route_path(facts, route), sure, route->at, "");
        ret->method = route->method;
    }
    guess_param(facts, route, PARAM_PHONE, &ret->params[PARAM_PHONE]);
    if (code)
        guess_param(facts, route, PARAM_CODE, &ret->params[PARAM_CODE]);
    if (!code)
        guess_param(facts, route, PARAM_CHANNEL, &ret->params[PARAM_CHANNEL]);
    guess_param(facts, route, PARAM_PURPOSE, &ret->params[PARAM_PURPOSE]);
    ret->form = reads_form(facts, &ret->params[PARAM_PHONE]);
}

void guess_routes(struct project_facts *facts, struct project_guess *guess)
{
    const struct fact_route *send = NULL, *check = NULL;
    struct scores best = {LEAST_SCORE - 1, LEAST_SCORE - 1};
    for (size_t i = 0; i < facts->route_count; i++) {
        struct scores scores = score_of(&facts->routes[i], guess_route_path(facts, &facts->routes[i]));
        if (scores.send > best.send && scores.send > scores.check) {
            send = &facts->routes[i];
            best.send = scores.send;
        }
        if (scores.check > best.check && scores.check >= scores.send) {
            check = &facts->routes[i];
            best.check = scores.check;
        }
    }
    take(facts, send, best.send, false, &guess->send);
    take(facts, check, best.check, true, &guess->check);
}
