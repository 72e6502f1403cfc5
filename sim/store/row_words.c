/* The words of stored enumerations. */
#include "row_words.h"

#include "account.h"
#include "channels.h"
#include "messages.h"

const char *word_of_account_status(int status)
{
    static const char *const words[ACCOUNT_STATUS_WORDS] = {"active", "suspended", "closed"};
    return words[status];
}

const char *word_of_whatsapp(int state)
{
    static const char *const words[WHATSAPP_WORDS] = {[WHATSAPP_NONE] = "false",
                                                      [WHATSAPP_OPEN] = "true",
                                                      [WHATSAPP_JOINED] = "joined",
                                                      [WHATSAPP_OUTSIDE_WINDOW] = "outside-window",
                                                      [WHATSAPP_BLOCKED] = "blocked"};
    return words[state];
}

const char *word_of_direction(int direction)
{
    static const char *const words[DIRECTION_WORDS] = {
        [DIRECTION_OUTBOUND_API] = "outbound-api", [DIRECTION_INBOUND] = "inbound"};
    return words[direction];
}

const char *word_of_line(int line)
{
    return number_line_name((enum number_line)line);
}

const char *word_of_channel(int channel)
{
    return channel_name((enum channel)channel);
}

const char *word_of_state(int state)
{
    return message_state_name((enum message_state)state);
}

const char *word_of_plan(int plan)
{
    return account_plan((enum account_plan_id)plan)->name;
}
