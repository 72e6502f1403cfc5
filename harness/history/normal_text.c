/* Goes through a text once and takes the words of chance where they begin. */
#include "normal_text.h"

#include <ctype.h>

#include "clock.h"
#include "normal_shapes.h"

enum {
    EPOCH_SECONDS_DIGITS = 10,
    EPOCH_MS_DIGITS = 13,
    NEAR_DAYS = 31, /* a number this near to the run is a moment */
    COMPACT_DATE_DIGITS = 10,
};

/* One place in a text. */
struct spot {
    const struct normal_text *how;
    struct text whole;
    size_t at;
    struct text_buf *out;
};

static struct text rest_of(const struct spot *spot)
{
    return text_from(spot->whole, spot->at);
}

static struct text before_of(const struct spot *spot)
{
    return text_first(spot->whole, spot->at);
}

static size_t run_of_digits(struct text text)
{
    size_t len = 0;
    while (len < text.len && isdigit((unsigned char)text.at[len]))
        len++;
    return len;
}

/* ---- moments */

/* Only what has milliseconds can be told exactly. */
static void put_moment(const struct spot *spot, int64_t wall_ms, bool exact)
{
    if (!spot->how->times || !exact)
        text_put_z(spot->out, "date");
    else
        text_putf(spot->out, "T%+.3f", (double)(wall_ms - spot->how->start_wall_ms) / 1000);
}

bool normal_text_moment(struct text date, int64_t *ret_wall_ms)
{
    struct text fraction = text_first(text_from(date, text_find(date, '.') + 1), 3);
    int64_t ms, wall_ms;
    bool whole_day;
    if (fraction.len < 3 || !text_to_int(fraction, 0, 999, &ms) || !clock_parse(date, &wall_ms, &whole_day))
        return false;
    *ret_wall_ms = wall_ms - wall_ms % 1000 + ms;
    return true;
}

static size_t put_date(const struct spot *spot)
{
    size_t len = normal_shape_date(rest_of(spot));
    int64_t wall_ms = 0;
    if (len == 0)
        return 0;
    bool exact = normal_text_moment(text_first(rest_of(spot), len), &wall_ms);
    put_moment(spot, wall_ms, exact);
    return len;
}

/* Seconds or milliseconds since 1970, about now. */
static size_t put_epoch(const struct spot *spot)
{
    size_t len = run_of_digits(rest_of(spot));
    int64_t value, near_ms = (int64_t)NEAR_DAYS * 24 * 3600 * 1000;
    bool ms = len == EPOCH_MS_DIGITS;
    if ((!ms && len != EPOCH_SECONDS_DIGITS) || text_ends(before_of(spot), "+") ||
        !text_to_int(text_first(rest_of(spot), len), 0, INT64_MAX, &value))
        return 0;
    int64_t wall_ms = ms ? value : value * 1000, apart_ms = wall_ms - spot->how->start_wall_ms;
    if (apart_ms > near_ms || apart_ms < -near_ms)
        return 0;
    put_moment(spot, wall_ms, ms);
    return len;
}

/* RawDlrDoneDate=2611222048, as status callbacks have it: to the minute. */
static size_t put_compact_date(const struct spot *spot)
{
    size_t len = run_of_digits(rest_of(spot));
    if (len != COMPACT_DATE_DIGITS || !text_ends(before_of(spot), "RawDlrDoneDate="))
        return 0;
    text_put_z(spot->out, "date");
    return len;
}

/* ---- durations */

/* The name before a value: `took_ms` of `"took_ms": `, `took_ms=`, `\"took_ms\":`. */
static struct text key_before(struct text before)
{
    static const char around[] = " \"'\\";
    size_t end = before.len;
    while (end > 0 && strchr(around, before.at[end - 1]) != NULL && before.at[end - 1] != '\0')
        end--;
    if (end == 0 || (before.at[end - 1] != ':' && before.at[end - 1] != '='))
        return TEXT_NONE;
    end--;
    while (end > 0 && strchr(around, before.at[end - 1]) != NULL && before.at[end - 1] != '\0')
        end--;
    size_t start = end;
    while (start > 0 && (isalnum((unsigned char)before.at[start - 1]) || before.at[start - 1] == '_' ||
                         before.at[start - 1] == '-'))
        start--;
    return text_from(text_first(before, end), start);
}

static bool ends_nocase(struct text key, const char *end)
{
    size_t len = strlen(end);
    return key.len >= len && text_is_nocase(text_from(key, key.len - len), end);
}

/* "Ms" of tookMs, but not of "items". */
static bool names_a_time(struct text key)
{
    static const char *const ends[] = {"_ms", "-ms", "time", "timestamp", "duration", "elapsed", "latency"};
    static const char *const whole[] = {"ms", "ts", "took", "iat", "exp", "nbf", "uptime"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (ends_nocase(key, ends[i]))
            return true;
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (text_is_nocase(key, whole[i]))
            return true;
    return text_ends(key, "Ms") || text_ends(key, "MS");
}

/* The number at the spot with its fraction. */
static size_t run_of_number(struct text text)
{
    size_t len = run_of_digits(text);
    if (len + 1 < text.len && text.at[len] == '.' && isdigit((unsigned char)text.at[len + 1]))
        len += 1 + run_of_digits(text_from(text, len + 1));
    return len;
}

/* "12.5 ms", "0.001 seconds", "+5ms": what a log says of itself. "2000 ms" may be a promise and stays. */
static size_t duration_at(const struct spot *spot)
{
    static const char *const units[] = {"ms", "us", "seconds", "sec", "s"};
    struct text rest = rest_of(spot);
    size_t len = run_of_number(rest);
    if (text_find(text_first(rest, len), '.') == len && !text_ends(before_of(spot), "+"))
        return 0;
    size_t unit = len + (text_starts(text_from(rest, len), " ") ? 1 : 0);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t end = unit + strlen(units[i]);
        if (text_starts(text_from(rest, unit), units[i]) &&
            (end == rest.len || !isalnum((unsigned char)rest.at[end])))
            return end;
    }
    return 0;
}

static size_t put_duration(const struct spot *spot)
{
    if (spot->how->times)
        return 0;
    size_t len = spot->how->durations ? normal_shape_duration(rest_of(spot)) : 0;
    if (len == 0 && names_a_time(key_before(before_of(spot))))
        len = run_of_number(rest_of(spot));
    if (len == 0)
        len = duration_at(spot);
    if (len > 0)
        text_put_z(spot->out, "time");
    return len;
}

/* ---- words */

static size_t put_shape(const struct spot *spot)
{
    static const struct {
        const char *kind; /* NULL: the SID's own two letters */
        size_t (*shape)(struct text text);
    } shapes[] = {{NULL, normal_shape_sid},
                  {"uuid", normal_shape_uuid},
                  {"hex", normal_shape_hex},
                  {"token", normal_shape_token}};
    struct text rest = rest_of(spot);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        size_t len = shapes[i].shape(rest);
        if (len == 0)
            continue;
        const char sid_kind[] = {rest.at[0], rest.at[1], '\0'};
        words_put(spot->how->words, shapes[i].kind == NULL ? sid_kind : shapes[i].kind, text_first(rest, len),
                  spot->out);
        return len;
    }
    return 0;
}

/* The digits behind "127.0.0.1:" or "localhost:". */
static size_t put_port(const struct spot *spot)
{
    static const char *const hosts[] = {"127.0.0.1:", "localhost:", "[::1]:"};
    size_t len = 0;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
        if (text_ends(before_of(spot), hosts[i]))
            len = run_of_digits(rest_of(spot));
    if (len > 0)
        words_put(spot->how->words, "port", text_first(rest_of(spot), len), spot->out);
    return len;
}

static size_t put_code(const struct spot *spot)
{
    struct text digits = text_first(rest_of(spot), run_of_digits(rest_of(spot)));
    if (!words_has_code(spot->how->words, digits))
        return 0;
    words_put(spot->how->words, "code", digits, spot->out);
    return digits.len;
}

/* "12:M ", "12:signal-handler " at the start of Redis' log lines. */
static bool begins_as_redis(struct text before, struct text behind)
{
    size_t len = 1;
    while (len < behind.len && (isalpha((unsigned char)behind.at[len]) || behind.at[len] == '-'))
        len++;
    return before.len == 0 && text_starts(behind, ":") && len > 1 && text_starts(text_from(behind, len), " ");
}

/* These, "UTC [12] " in log lines of Postgres, and pid=12. */
static size_t put_pid(const struct spot *spot)
{
    struct text before = before_of(spot);
    size_t len = run_of_digits(rest_of(spot));
    struct text behind = text_from(rest_of(spot), len);
    bool redis = begins_as_redis(before, behind);
    bool postgres = text_ends(before, " UTC [") && text_starts(behind, "] ");
    if (!redis && !postgres && !text_is_nocase(key_before(before), "pid"))
        return 0;
    words_put(spot->how->words, "pid", text_first(rest_of(spot), len), spot->out);
    return len;
}

/* "line 12", "lines 12 and 15", "lines 12 to 15" of a verdict. */
static size_t put_line_number(const struct spot *spot)
{
    static const char *const words[] = {"line ", "lines ", " and ", " to "};
    struct text before = before_of(spot);
    size_t len = 0;
    for (size_t i = 0; spot->how->line_numbers && i < sizeof words / sizeof words[0]; i++)
        if (text_ends(before, words[i]) && text_contains(before, TEXT("line")))
            len = run_of_digits(rest_of(spot));
    if (len > 0)
        text_put_z(spot->out, "#");
    return len;
}

/* Behind "%20" of a URL or a form. */
static bool after_escape(const struct spot *spot)
{
    struct text before = before_of(spot);
    return spot->at >= 3 && before.at[spot->at - 3] == '%' &&
           isxdigit((unsigned char)before.at[spot->at - 2]) &&
           isxdigit((unsigned char)before.at[spot->at - 1]);
}

/* The first that takes something wins. */
static size_t put_first_of(const struct spot *spot, size_t (*const *takers)(const struct spot *spot),
                           size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count && len == 0; i++)
        len = takers[i](spot);
    return len;
}

/* A shape begins a word; a code may touch letters, as the judge of leaks sees it too. 0: nothing is taken. */
static size_t put_chance(const struct spot *spot)
{
    static size_t (*const words[])(const struct spot *) = {put_date, put_shape};
    static size_t (*const numbers[])(const struct spot *) = {
        put_pid, put_line_number, put_port, put_compact_date, put_code, put_epoch, put_duration};
    bool begins = spot->at == 0 || after_escape(spot);
    unsigned char last = begins ? ' ' : (unsigned char)spot->whole.at[spot->at - 1];
    size_t len = isalnum(last) ? 0 : put_first_of(spot, words, sizeof words / sizeof words[0]);
    if (len == 0 && !isdigit(last) && isdigit((unsigned char)spot->whole.at[spot->at]))
        len = put_first_of(spot, numbers, sizeof numbers / sizeof numbers[0]);
    return len;
}

void normal_text_put(const struct normal_text *how, struct text text, struct text_buf *out)
{
    struct spot spot = {.how = how, .whole = text, .out = out};
    while (spot.at < text.len) {
        size_t taken = put_chance(&spot);
        if (taken == 0)
            text_put_char(out, text.at[spot.at]);
        spot.at += taken == 0 ? 1 : taken;
    }
}
