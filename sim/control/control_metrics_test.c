/* GET /metrics: literal lines of both formats, and what the official client library's parsers make of them
 * (metrics_parse.py, Debian's python3-prometheus-client); the dashboard asks for nothing that is not there.
 */
#include "test_control.h"

#include <unistd.h>

#define PARSE "/usr/bin/python3 sim/control/metrics_parse.py"

enum { COMMAND_BYTES = 512 };

static void happen(struct metrics *metrics)
{
    struct metrics_send send = {.tenant = 1, .to = TEXT("+243810000001"), .status = 503, .took_ms = 2500};
    send.error = error_code_find(20503);
    metrics_count_error(metrics, send.error, send.status);
    metrics_count_send(metrics, &send);
    send = (struct metrics_send){
        .tenant = 1, .to = TEXT("+243810000001"), .accepted = true, .status = 201, .took_ms = 40};
    metrics_count_send(metrics, &send);
    metrics_count_status(metrics, CHANNEL_SMS, MESSAGE_QUEUED, 0, 0);
    metrics_count_status(metrics, CHANNEL_SMS, MESSAGE_DELIVERED, 0, 61000);
    metrics_count_status(metrics, CHANNEL_WHATSAPP, MESSAGE_UNDELIVERED, 63003, 10);
    metrics_count_status(metrics, CHANNEL_RCS, MESSAGE_QUEUED, 0, 0);
    metrics_count_callback(metrics, 204, 0);
    metrics_count_callback(metrics, 0, CALLBACK_READ_TIMEOUT);
    metrics_count_fault(metrics, FAULT_TLS);
    metrics_count_fault(metrics, FAULT_PASS);
}

static int ask_for(struct desk *desk, const char *accept)
{
    desk->extra = (struct response_header){accept == NULL ? NULL : "Accept", accept};
    return tell(desk, "GET", "/metrics", NULL);
}

static void assert_has(struct desk *desk, const char *lines)
{
    if (strstr(desk_text(desk), lines) == NULL)
        fail_msg("not in the answer: %s\n%s", lines, desk_text(desk));
}

static const char open_type[] = "application/openmetrics-text; version=1.0.0; charset=utf-8";

static void a_scraper_gets_the_format_that_it_takes(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk);
    assert_int_equal(ask_for(&desk, NULL), 200);
    assert_string_equal(response_get_header(&desk.response, "Content-Type"),
                        "text/plain; version=0.0.4; charset=utf-8");
    assert_has(&desk, "# TYPE otp_send_attempts_total counter\n");
    assert_null(strstr(desk_text(&desk), "# EOF"));
    assert_null(strstr(desk_text(&desk), "# UNIT"));
    assert_int_equal(ask_for(&desk, "application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1"),
                     200);
    assert_string_equal(response_get_header(&desk.response, "Content-Type"), open_type);
    assert_has(&desk, "# TYPE otp_send_attempts counter\n");
    assert_has(&desk,
               "# TYPE otp_send_duration_seconds histogram\n# UNIT otp_send_duration_seconds seconds\n");
    size_t len = strlen(desk_text(&desk));
    assert_string_equal(desk_text(&desk) + len - 7, "\n# EOF\n");
    assert_int_equal(ask_for(&desk, "*/*"), 200);
    assert_null(strstr(desk_text(&desk), "# EOF"));
    desk_close(&desk);
}

static void known_label_sets_are_there_before_anything_happens(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk);
    ask_for(&desk, open_type);
    assert_has(&desk,
               "otp_send_attempts_total{provider=\"twilio\",channel=\"sms\",outcome=\"accepted\"} 0\n");
    assert_has(&desk, "otp_provider_errors_total{provider=\"twilio\",code=\"21608\",kind=\"permanent\"} 0\n");
    assert_has(&desk, "otp_messages_total{channel=\"whatsapp\",status=\"read\",code=\"none\"} 0\n");
    assert_has(&desk, "otp_callbacks_total{result=\"2xx\"} 0\n");
    assert_has(&desk, "otp_planned_faults_total{outcome=\"dns\"} 0\n");
    assert_has(&desk, "otp_attempts_before_success_bucket{le=\"+Inf\"} 0\n");
    assert_null(strstr(desk_text(&desk), "rcs"));
    desk_close(&desk);
}

static void what_happened_is_counted_under_its_labels(void **state)
{
    static const char *const lines[] = {
        "otp_send_attempts_total{provider=\"twilio\",channel=\"sms\",outcome=\"temporary_error\"} 1\n",
        "otp_send_duration_seconds_bucket{provider=\"twilio\",channel=\"sms\",le=\"0.1\"} 1\n",
        "otp_send_duration_seconds_bucket{provider=\"twilio\",channel=\"sms\",le=\"2.5\"} 2\n",
        "otp_send_duration_seconds_count{provider=\"twilio\",channel=\"sms\"} 2\n",
        "otp_send_duration_seconds_sum{provider=\"twilio\",channel=\"sms\"} 2.540\n",
        "otp_attempts_before_success_bucket{le=\"1.0\"} 0\n",
        "otp_attempts_before_success_bucket{le=\"2.0\"} 1\n",
        "otp_attempts_before_success_sum 2.000\n",
        "otp_provider_errors_total{provider=\"twilio\",code=\"20503\",kind=\"temporary\"} 1\n",
        "otp_provider_errors_total{provider=\"twilio\",code=\"63003\",kind=\"permanent\"} 1\n",
        "otp_messages_total{channel=\"sms\",status=\"delivered\",code=\"none\"} 1\n",
        "otp_messages_total{channel=\"whatsapp\",status=\"undelivered\",code=\"63003\"} 1\n",
        "otp_messages_total{channel=\"rcs\",status=\"queued\",code=\"none\"} 1\n",
        "otp_delivery_receipts_total{provider=\"twilio\",status=\"undelivered\"} 1\n",
        "otp_delivery_delay_seconds_bucket{provider=\"twilio\",le=\"60.0\"} 0\n",
        "otp_delivery_delay_seconds_bucket{provider=\"twilio\",le=\"300.0\"} 1\n",
        "otp_callbacks_total{result=\"read-timeout\"} 1\n",
        "otp_planned_faults_total{outcome=\"tls\"} 1\n",
        "otp_planned_faults_total{outcome=\"pass\"} 1\n",
    };
    struct desk desk;
    (void)state;
    desk_open(&desk);
    happen(&desk.sim->metrics);
    ask_for(&desk, open_type);
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        assert_has(&desk, lines[i]);
    ask_for(&desk, NULL);
    assert_has(&desk, "otp_attempts_before_success_bucket{le=\"2\"} 1\n");
    desk_close(&desk);
}

static void a_reset_turns_no_counter_back_and_ends_open_tries(void **state)
{
    struct metrics_send send = {.tenant = 1, .to = TEXT("+243810000001"), .status = 503};
    struct desk desk;
    (void)state;
    desk_open(&desk);
    happen(&desk.sim->metrics); /* one accepted at the second try */
    metrics_count_send(&desk.sim->metrics, &send);
    assert_int_equal(tell(&desk, "POST", "/sim/v1/reset", "{}"), 200);
    send.accepted = true;
    metrics_count_send(&desk.sim->metrics, &send);
    ask_for(&desk, open_type);
    assert_has(&desk,
               "otp_send_attempts_total{provider=\"twilio\",channel=\"sms\",outcome=\"accepted\"} 2\n");
    assert_has(&desk, "otp_attempts_before_success_bucket{le=\"1.0\"} 1\n");
    desk_close(&desk);
}

static void only_who_may_ask_the_simulator_gets_them(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk);
    desk.host = "example.com";
    assert_int_equal(ask_for(&desk, NULL), 403);
    assert_string_equal(desk_text(&desk),
                        "twilio-sim: /metrics answers to loopback names only, not to 'example.com'\n");
    desk.host = "localhost";
    desk.control.token = "made-up";
    assert_int_equal(ask_for(&desk, NULL), 401);
    assert_int_equal(tell(&desk, "GET", "/metrics?token=made-up", NULL), 200);
    assert_int_equal(tell(&desk, "POST", "/metrics?token=made-up", "{}"), 405);
    desk_close(&desk);
}

static void write_answer(struct desk *desk, const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(desk_text(desk), file);
    assert_int_equal(fclose(file), 0);
}

/* False when the script is not content; its words are on stderr. */
static bool parsers_take(struct desk *desk, bool happened)
{
    char folder[] = "/tmp/metrics-XXXXXX", open_path[64], text_path[64], command[COMMAND_BYTES];
    assert_non_null(mkdtemp(folder));
    snprintf(open_path, sizeof open_path, "%s/open", folder);
    snprintf(text_path, sizeof text_path, "%s/text", folder);
    if (happened)
        happen(&desk->sim->metrics);
    ask_for(desk, open_type);
    write_answer(desk, open_path);
    ask_for(desk, NULL);
    write_answer(desk, text_path);
    snprintf(command, sizeof command, PARSE " %s %s ci/examples/grafana-dashboard.json", open_path,
             text_path);
    bool fine = system(command) == 0;
    unlink(open_path);
    unlink(text_path);
    rmdir(folder);
    return fine;
}

static void the_official_parsers_read_both_formats_and_the_dashboard_asks_for_what_is_there(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk);
    assert_true(parsers_take(&desk, false));
    assert_true(parsers_take(&desk, true));
    desk_close(&desk);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scraper_gets_the_format_that_it_takes),
        cmocka_unit_test(known_label_sets_are_there_before_anything_happens),
        cmocka_unit_test(what_happened_is_counted_under_its_labels),
        cmocka_unit_test(a_reset_turns_no_counter_back_and_ends_open_tries),
        cmocka_unit_test(only_who_may_ask_the_simulator_gets_them),
        cmocka_unit_test(the_official_parsers_read_both_formats_and_the_dashboard_asks_for_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
