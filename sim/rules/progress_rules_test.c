/* What becomes of messages. */
#include "test_support.h"
#include "progress_rules.h"

#define USUAL .sent_after_ms = 500, .delivered_after_ms = 1500, .deliver_state = -1, .deliver_after_ms = -1

static const struct {
    const char *why;
    struct progress_facts facts;
    size_t count;
    struct progress_step steps[PROGRESS_STEPS_MAX];
} rows[] = {
    {"sms arrives",
     {USUAL, .channel = CHANNEL_SMS, .reachable = true},
     3,
     {{MESSAGE_SENDING, 0, 500}, {MESSAGE_SENT, 0, 500}, {MESSAGE_DELIVERED, 0, 2000}}},
    {"sms to a phone that is off",
     {USUAL, .channel = CHANNEL_SMS},
     3,
     {{MESSAGE_SENDING, 0, 500}, {MESSAGE_SENT, 0, 500}, {MESSAGE_UNDELIVERED, 30003, 2000}}},
    {"whatsapp arrives",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_OPEN},
     3,
     {{MESSAGE_SENDING, 0, 500}, {MESSAGE_SENT, 0, 500}, {MESSAGE_DELIVERED, 0, 2000}}},
    {"not on whatsapp",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_NONE},
     3,
     {{MESSAGE_SENDING, 0, 500}, {MESSAGE_SENT, 0, 500}, {MESSAGE_UNDELIVERED, 63003, 2000}}},
    {"sender blocked",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_BLOCKED},
     2,
     {{MESSAGE_SENDING, 0, 500}, {MESSAGE_SENT, 0, 500}}},
    {"joined the sandbox",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_JOINED,
      .sandbox_sender = true, .joined = true},
     3,
     {{MESSAGE_SENDING, 0, 500}, {MESSAGE_SENT, 0, 500}, {MESSAGE_DELIVERED, 0, 2000}}},
    {"a template outside the window",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_OUTSIDE_WINDOW},
     3,
     {{MESSAGE_SENDING, 0, 500}, {MESSAGE_SENT, 0, 500}, {MESSAGE_DELIVERED, 0, 2000}}},
    {"free text inside the window",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_JOINED,
      .sandbox_sender = true, .joined = true, .window_open = true, .free_form = true},
     3,
     {{MESSAGE_SENDING, 0, 500}, {MESSAGE_SENT, 0, 500}, {MESSAGE_DELIVERED, 0, 2000}}},
    {"free text outside the window",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_JOINED,
      .sandbox_sender = true, .joined = true, .free_form = true},
     1,
     {{MESSAGE_FAILED, 63016, 500}}},
    {"free text outside the window, from a sender of one's own",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_OUTSIDE_WINDOW,
      .free_form = true},
     1,
     {{MESSAGE_FAILED, 63016, 500}}},
    {"the sandbox, not joined",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_OPEN,
      .sandbox_sender = true, .window_open = true, .free_form = true},
     1,
     {{MESSAGE_FAILED, 63015, 500}}},
    {"the sandbox, joined too long ago: that comes before the window",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_JOINED,
      .sandbox_sender = true, .free_form = true},
     1,
     {{MESSAGE_FAILED, 63015, 500}}},
    {"a template does not help who has not joined the sandbox",
     {USUAL, .channel = CHANNEL_WHATSAPP, .reachable = true, .whatsapp = WHATSAPP_OPEN,
      .sandbox_sender = true, .window_open = true},
     1,
     {{MESSAGE_FAILED, 63015, 500}}},
    {"off the network: nothing is heard, whatever the window",
     {USUAL, .channel = CHANNEL_WHATSAPP, .whatsapp = WHATSAPP_JOINED, .free_form = true},
     2,
     {{MESSAGE_SENDING, 0, 500}, {MESSAGE_SENT, 0, 500}}},
    {"a planned code that means failed",
     {USUAL, .channel = CHANNEL_SMS, .reachable = true, .failure_code = 30001},
     1,
     {{MESSAGE_FAILED, 30001, 500}}},
    {"a planned code that means undelivered",
     {USUAL, .channel = CHANNEL_SMS, .reachable = true, .failure_code = 30005},
     3,
     {{MESSAGE_SENDING, 0, 500}, {MESSAGE_SENT, 0, 500}, {MESSAGE_UNDELIVERED, 30005, 2000}}},
    {"deliver: read after 5 s",
     {.sent_after_ms = 500,
      .delivered_after_ms = 1500,
      .channel = CHANNEL_WHATSAPP,
      .reachable = true,
      .deliver_state = MESSAGE_READ,
      .deliver_after_ms = 5000},
     4,
     {{MESSAGE_SENDING, 0, 500},
      {MESSAGE_SENT, 0, 500},
      {MESSAGE_DELIVERED, 0, 5000},
      {MESSAGE_READ, 0, 5000}}},
    {"deliver: undelivered at once",
     {.sent_after_ms = 500,
      .delivered_after_ms = 1500,
      .channel = CHANNEL_SMS,
      .reachable = true,
      .deliver_state = MESSAGE_UNDELIVERED,
      .deliver_code = 30006,
      .deliver_after_ms = 0},
     3,
     {{MESSAGE_SENDING, 0, 0}, {MESSAGE_SENT, 0, 0}, {MESSAGE_UNDELIVERED, 30006, 0}}},
};

static void the_course_of_a_message_follows_from_its_handset_and_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct progress_step steps[PROGRESS_STEPS_MAX];
        size_t count = progress_plan(&rows[i].facts, steps);
        if (count != rows[i].count)
            fail_msg("%s: %zu steps", rows[i].why, count);
        for (size_t s = 0; s < count; s++) {
            if (steps[s].state != rows[i].steps[s].state || steps[s].code != rows[i].steps[s].code ||
                steps[s].after_ms != rows[i].steps[s].after_ms)
                fail_msg("%s: step %zu is %s %d after %d ms", rows[i].why, s,
                         message_state_name(steps[s].state), steps[s].code, (int)steps[s].after_ms);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_course_of_a_message_follows_from_its_handset_and_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
