/* channels: what a message travels by, read off its address.
 *
 *     struct text number;
 *     enum channel channel = channel_of_address(to, &number);    // "whatsapp:+243..." -> CHANNEL_WHATSAPP,
 * "+243..."
 *
 * Prefixes are Twilio's (reference/twilio-messaging.md 2.1) and count in lower case only. Thread-safe. */
#ifndef CHANNELS_H
#define CHANNELS_H

#include <stdbool.h>

#include "text.h"

enum channel { CHANNEL_SMS, CHANNEL_WHATSAPP, CHANNEL_RCS, CHANNEL_MESSENGER, CHANNEL_COUNT };

/* "sms", "whatsapp", ... */
const char *channel_name(enum channel channel);
bool channel_from_name(struct text name, enum channel *ret_channel);
/* "" for SMS, "whatsapp:", ... */
const char *channel_prefix(enum channel channel);
/* An address without a known prefix is an SMS one. *ret_number (may be NULL) is what follows the prefix,
 * borrowed. */
enum channel channel_of_address(struct text address, struct text *ret_number);

#endif
