/* The channels' names and address prefixes. */
#include "channels.h"

#include <string.h>

#include "fail.h"

static const struct {
    const char *name;
    const char *prefix;
} channels[CHANNEL_COUNT] = {
    [CHANNEL_SMS] = {"sms", ""},
    [CHANNEL_WHATSAPP] = {"whatsapp", "whatsapp:"},
    [CHANNEL_RCS] = {"rcs", "rcs:"},
    [CHANNEL_MESSENGER] = {"messenger", "messenger:"},
};

const char *channel_name(enum channel channel)
{
    REQUIRE((size_t)channel < CHANNEL_COUNT);
    return channels[channel].name;
}

const char *channel_prefix(enum channel channel)
{
    REQUIRE((size_t)channel < CHANNEL_COUNT);
    return channels[channel].prefix;
}

bool channel_from_name(struct text name, enum channel *ret_channel)
{
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        if (text_is(name, channels[i].name)) {
            *ret_channel = (enum channel)i;
            return true;
        }
    }
    return false;
}

enum channel channel_of_address(struct text address, struct text *ret_number)
{
    enum channel found = CHANNEL_SMS;
    for (int i = CHANNEL_SMS + 1; i < CHANNEL_COUNT; i++)
        if (text_starts(address, channels[i].prefix))
            found = (enum channel)i;
    if (ret_number != NULL)
        *ret_number = text_from(address, strlen(channels[found].prefix));
    return found;
}
