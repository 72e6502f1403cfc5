/* settings: the options of twilio-sim as a table, and what they mean for the parts. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "callback_sender.h"
#include "options.h"
#include "other_host.h"
#include "sim.h"

/* The environment's variables are TWILIO_SIM_NAME_OF_OPTION. */
#define SIM_OPTIONS_PREFIX "TWILIO_SIM_"

extern const struct option_row sim_option_rows[];

struct settings {
    struct sim_settings sim;
    struct callback_settings callbacks;
    struct callback_rewrite *rewrites;
    char control_token[33]; /* made when one is wanted and none given; "" = none */
    const char **control_hosts;
    struct other_host *other_hosts;
    size_t other_host_count;
    const char **domains; /* the CA may sign for these and what is below them; ends with NULL */
};

/* Reads what the options say; texts are borrowed from `options`. */
bool settings_read(const struct options *options, struct settings *ret, struct fail *why);
void settings_release(struct settings *settings);

/* Adds keys and verified recipients to the first account. */
bool settings_furnish(const struct options *options, struct sim *sim, struct fail *why);

#endif
