/* twilio_settings: a backend's settings as its deployment will see them, read from where they stand.
 *
 *     struct twilio_settings *settings = twilio_settings_new();
 *     if (!twilio_settings_read_env(settings, ".env.production", &why)) ...
 *     ... settings->items[i].name, .value ...
 *     twilio_settings_free(settings);
 *
 * Only settings whose name says that they are Twilio's, or the backend's public address, are kept
 * (twilio_role()). Values never leave this struct unmasked. A source that cannot be read is an error; a line
 * that is no setting is kept as a fault. */
#ifndef TWILIO_SETTINGS_H
#define TWILIO_SETTINGS_H

#include "env_file.h"
#include "fail.h"
#include "twilio_names.h"

enum { SETTINGS_MAX = 256, SETTINGS_FILE_BYTES = 1024 * 1024 };

struct twilio_setting {
    char *name, *value; /* value: "" when `hidden` */
    size_t value_len;   /* a value may hold anything but NUL */
    enum twilio_role role;
    char where[160];
    unsigned faults; /* enum env_fault */
    bool hidden;     /* a reference to a secret: cannot be seen from here */
    bool simulated;  /* a profile gives it the simulator's own */
    char *secret;    /* the secret's name; NULL */
};

struct twilio_settings {
    char source[160]; /* for a heading */
    bool literal;     /* values are taken as they are: quotes are part of them */
    bool deployment;  /* as it will run for real: a public address is expected */
    struct twilio_setting items[SETTINGS_MAX];
    size_t count, dropped;
    size_t broken_lines; /* lines of an env file that are no setting */
    char first_broken[160];
};

struct twilio_settings *twilio_settings_new(void);
void twilio_settings_free(struct twilio_settings *settings);

/* Each once for a struct. `environment`: "NAME=value" strings and a NULL. */
bool twilio_settings_read_env(struct twilio_settings *settings, const char *path, struct fail *why);
bool twilio_settings_read_cloud_run(struct twilio_settings *settings, const char *path, struct fail *why);
bool twilio_settings_read_profile(struct twilio_settings *settings, const char *path, struct fail *why);
void twilio_settings_read_environment(struct twilio_settings *settings, const char *const *environment);

/* The last one of that role (what a process gets), or NULL. */
const struct twilio_setting *twilio_settings_find(const struct twilio_settings *settings,
                                                  enum twilio_role role);

#endif
