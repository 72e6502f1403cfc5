/* Reads and waits for time; formats and reads dates. Calendar arithmetic is our own, so that it is the same
 * in every time zone and needs no lock (gmtime is fast enough only in its thread-safe form, strptime knows no
 * milliseconds). */
#include "clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock_kernel.h"
#include "clock_member.h"

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const day_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

enum { US_PER_S = 1000000, NS_PER_US = 1000, NS_PER_MS = 1000000 };

bool clock_join(const char *page, struct fail *why)
{
    enum clock_page_problem problem;
    return clock_member_join(page, &problem) ||
           fail_set(why, "the clock page %s %s", page, clock_page_problem_text(problem));
}

int64_t clock_wall_ms(void)
{
    const struct clock_page *page = clock_member_page();
    return (page == NULL ? kernel_wall_ns() : clock_page_wall_ns(page, clock_member_party())) / NS_PER_MS;
}

int64_t clock_mono_ms(void)
{
    const struct clock_page *page = clock_member_page();
    return (page == NULL ? kernel_mono_ns() : clock_page_mono_ns(page)) / NS_PER_MS;
}

int64_t clock_real_wall_ms(void)
{
    return kernel_wall_ns() / NS_PER_MS;
}

int64_t clock_real_mono_us(void)
{
    return kernel_mono_ns() / NS_PER_US;
}

void clock_read(int64_t *ret_wall_ms, int64_t *ret_mono_ms, int64_t *ret_real_mono_us)
{
    bool virtual = clock_member_page() != NULL;
    *ret_wall_ms = clock_wall_ms();
    *ret_real_mono_us = clock_real_mono_us();
    *ret_mono_ms = virtual ? clock_mono_ms() : *ret_real_mono_us / (NS_PER_MS / NS_PER_US);
}

void clock_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
}

bool clock_cond_wait_real(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t until_real_mono_us)
{
    if (until_real_mono_us == CLOCK_NEVER)
        return pthread_cond_wait(cond, mutex) == 0;
    struct timespec until = {.tv_sec = (time_t)(until_real_mono_us / US_PER_S),
                             .tv_nsec = (long)(until_real_mono_us % US_PER_S) * NS_PER_US};
    return pthread_cond_timedwait(cond, mutex, &until) != ETIMEDOUT;
}

/* What the waker calls when the wait is over. */
struct cond_call {
    struct clock_call call;
    pthread_cond_t *cond;
};

static void cond_call(struct clock_call *call)
{
    pthread_cond_broadcast(((struct cond_call *)call)->cond);
}

static bool virtual_cond_wait(struct clock_page *page, pthread_cond_t *cond, pthread_mutex_t *mutex,
                              int64_t due_ns)
{
    int64_t now_ns = clock_page_mono_ns(page);
    struct cond_call wait = {
        .call = {.slot = clock_member_thread_slot(), .due_ns = due_ns, .call = cond_call}, .cond = cond};
    if (now_ns >= due_ns)
        return false;
    clock_slot_arm(page, wait.call.slot, CLOCK_WAIT_BY_WAKER, due_ns, due_ns - now_ns);
    REQUIRE(wait.call.slot != CLOCK_NO_SLOT && clock_member_add(&wait.call));
    pthread_cond_wait(cond, mutex);
    clock_member_remove(&wait.call);
    bool in_time = clock_page_mono_ns(page) < due_ns;
    clock_slot_disarm(page, wait.call.slot, !in_time);
    return in_time;
}

bool clock_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t until_mono_ms)
{
    struct clock_page *page = clock_member_page();
    bool never = until_mono_ms > CLOCK_NEVER / NS_PER_MS;
    if (page != NULL && !never)
        return virtual_cond_wait(page, cond, mutex, until_mono_ms * NS_PER_MS);
    return clock_cond_wait_real(cond, mutex, never ? CLOCK_NEVER : until_mono_ms * (NS_PER_MS / NS_PER_US));
}

static void alarm_call(struct clock_call *call)
{
    struct clock_alarm *alarm = (struct clock_alarm *)call;
    alarm->wake(alarm->context);
}

void clock_alarm_begin(struct clock_alarm *alarm, int64_t until_mono_ms, void (*wake)(void *context),
                       void *context)
{
    struct clock_page *page = clock_member_page();
    *alarm = (struct clock_alarm){
        .call = {.slot = CLOCK_NO_SLOT, .call = alarm_call}, .wake = wake, .context = context};
    if (page == NULL || until_mono_ms > CLOCK_NEVER / NS_PER_MS)
        return;
    alarm->call.due_ns = until_mono_ms * NS_PER_MS;
    alarm->call.slot = clock_member_thread_slot();
    clock_slot_arm(page, alarm->call.slot, CLOCK_WAIT_BY_WAKER, alarm->call.due_ns,
                   alarm->call.due_ns - clock_page_mono_ns(page));
    REQUIRE(alarm->call.slot != CLOCK_NO_SLOT && clock_member_add(&alarm->call));
}

void clock_alarm_end(struct clock_alarm *alarm)
{
    struct clock_page *page = clock_member_page();
    if (alarm->call.slot == CLOCK_NO_SLOT)
        return;
    clock_member_remove(&alarm->call);
    if (page != NULL)
        clock_slot_disarm(page, alarm->call.slot, clock_page_mono_ns(page) >= alarm->call.due_ns);
}

int clock_poll_timeout_ms(int64_t until_mono_ms)
{
    const struct clock_page *page = clock_member_page();
    if (until_mono_ms == CLOCK_NEVER)
        return -1;
    int64_t left = until_mono_ms - clock_mono_ms();
    if (left <= 0)
        return 0;
    if (page != NULL && !clock_page_runs(page))
        return -1;
    return left > 3600000 ? 3600000 : (int)left;
}

/* A date in the proleptic Gregorian calendar, UTC. */
struct date {
    int64_t year;
    int month, day; /* from 1 */
    int hour, minute, second, ms;
    int weekday; /* 0 = Sunday */
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01. Years run from March, so that the leap day is the last one. */
static int64_t days_of(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static struct date date_of(int64_t wall_ms)
{
    int64_t days = floor_div(wall_ms, 86400000);
    int64_t rest = wall_ms - days * 86400000;
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    struct date date = {.day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1),
                        .month = (int)(shifted < 10 ? shifted + 3 : shifted - 9),
                        .hour = (int)(rest / 3600000),
                        .minute = (int)(rest / 60000 % 60),
                        .second = (int)(rest / 1000 % 60),
                        .ms = (int)(rest % 1000),
                        .weekday = (int)(((days + 4) % 7 + 7) % 7)};
    date.year = year_of_era + era * 400 + (date.month <= 2);
    return date;
}

static void put_digits(char *out, int value, int count)
{
    while (count-- > 0) {
        out[count] = (char)('0' + value % 10);
        value /= 10;
    }
}

static const char *rfc_date(int64_t wall_ms, const char *zone, char out[CLOCK_TEXT_BYTES])
{
    /* Every answer carries several of these: digit by digit is ten times as fast as snprintf. */
    static const char form[] = "Sun, 00 Jan 0000 00:00:00 ";
    struct date d = date_of(wall_ms);
    memcpy(out, form, sizeof form);
    memcpy(out, day_names[d.weekday], 3);
    put_digits(out + 5, d.day, 2);
    memcpy(out + 8, month_names[d.month - 1], 3);
    put_digits(out + 12, (int)d.year, 4);
    put_digits(out + 17, d.hour, 2);
    put_digits(out + 20, d.minute, 2);
    put_digits(out + 23, d.second, 2);
    memcpy(out + sizeof form - 1, zone, strlen(zone) + 1);
    return out;
}

const char *clock_rfc2822(int64_t wall_ms, char out[CLOCK_TEXT_BYTES])
{
    return rfc_date(wall_ms, "+0000", out);
}

const char *clock_http_date(int64_t wall_ms, char out[CLOCK_TEXT_BYTES])
{
    return rfc_date(wall_ms, "GMT", out);
}

const char *clock_iso8601(int64_t wall_ms, char out[CLOCK_TEXT_BYTES])
{
    struct date d = date_of(wall_ms);
    snprintf(out, CLOCK_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)d.year, d.month, d.day,
             d.hour, d.minute, d.second, d.ms);
    return out;
}

const char *clock_compact(int64_t wall_ms, char out[CLOCK_TEXT_BYTES])
{
    struct date d = date_of(wall_ms);
    snprintf(out, CLOCK_TEXT_BYTES, "%02d%02d%02d%02d%02d", (int)(d.year % 100), d.month, d.day, d.hour,
             d.minute);
    return out;
}

int64_t clock_day_start(int64_t wall_ms)
{
    return floor_div(wall_ms, 86400000) * 86400000;
}

static int days_in_month(int64_t year, int month)
{
    int64_t next = month == 12 ? days_of(year + 1, 1, 1) : days_of(year, month + 1, 1);
    return (int)(next - days_of(year, month, 1));
}

static bool date_is_real(const struct date *d)
{
    return d->year >= 1970 && d->year <= 9999 && d->month >= 1 && d->month <= 12 && d->day >= 1 &&
           d->day <= days_in_month(d->year, d->month) && d->hour >= 0 && d->hour <= 23 && d->minute >= 0 &&
           d->minute <= 59 && d->second >= 0 && d->second <= 60;
}

static int month_of(const char *name)
{
    for (int i = 0; i < 12; i++)
        if (strcmp(name, month_names[i]) == 0)
            return i + 1;
    return 0;
}

/* What may follow the seconds: a fraction, then Z, a zone's name or an offset. All mean UTC, by promise. */
static bool zone_is_sound(const char *z)
{
    if (*z == '.') {
        size_t digits = strspn(z + 1, "0123456789");
        z += 1 + digits;
        if (digits == 0)
            return false;
    }
    z += *z == ' ';
    if (*z == '+' || *z == '-') {
        char hours[3], minutes[3];
        int used = 0;
        bool colon = strlen(z) == 6 && z[3] == ':';
        return sscanf(z + 1, colon ? "%2[0-9]:%2[0-9]%n" : "%2[0-9]%2[0-9]%n", hours, minutes, &used) == 2 &&
               used == (colon ? 5 : 4) && z[1 + used] == '\0';
    }
    size_t letters = strspn(z, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return z[letters] == '\0' && (letters == 0 || strcmp(z, "Z") == 0 || letters == 3 || letters == 4);
}

/* Tries the accepted forms one after the other. */
static bool scan_date(const char *z, struct date *d, bool *whole_day)
{
    char month[4] = "";
    int year = 0, used = 0, end = 0;
    *whole_day = false;
    if (sscanf(z, "%4d-%2d-%2d%n", &year, &d->month, &d->day, &used) == 3) {
        *whole_day = z[used] == '\0';
        if (!*whole_day && strchr(" T", z[used]) != NULL)
            sscanf(z + used + 1, "%2d:%2d:%2d%n", &d->hour, &d->minute, &d->second, &end);
        end += end > 0 ? used + 1 : 0;
    } else if (sscanf(z, "%2d/%2d/%4d %2d:%2d:%2d%n", &d->month, &d->day, &year, &d->hour, &d->minute,
                      &d->second, &end) != 6) {
        const char *comma = strchr(z, ',');
        const char *day = comma == NULL ? z : comma + 1;
        sscanf(day, " %2d %3s %4d %2d:%2d:%2d%n", &d->day, month, &year, &d->hour, &d->minute, &d->second,
               &end);
        end += end > 0 ? (int)(day - z) : 0;
        d->month = month_of(month);
    }
    d->year = year;
    return *whole_day || (end > 0 && zone_is_sound(z + end));
}

bool clock_parse(struct text date, int64_t *ret_wall_ms, bool *ret_whole_day)
{
    char z[64];
    struct date d = {0};
    if (date.len == 0 || date.len >= sizeof z)
        return false;
    memcpy(z, date.at, date.len);
    z[date.len] = '\0';
    if (strlen(z) != date.len || !scan_date(z, &d, ret_whole_day) || !date_is_real(&d))
        return false;
    *ret_wall_ms =
        ((days_of(d.year, d.month, d.day) * 24 + d.hour) * 60 + d.minute) * 60000 + d.second * 1000;
    return true;
}
