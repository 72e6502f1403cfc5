/* ids: random-looking values from a seed. Same seed, same values; without one the kernel's randomness seeds
 * it. One thread at a time (the owner locks). */
#ifndef IDS_H
#define IDS_H

#include <stdbool.h>
#include <stdint.h>

struct ids {
    uint64_t state[4];
};

enum { IDS_SID_BYTES = 35, IDS_UUID_BYTES = 37 };

/* seed 0: taken from the kernel. */
void ids_init(struct ids *ids, uint64_t seed);
uint64_t ids_next(struct ids *ids);
/* Evenly from [0, below). */
uint64_t ids_below(struct ids *ids, uint64_t below);
/* Evenly from [0, 1). */
double ids_unit(struct ids *ids);
/* Two letters and 32 hex digits, as Twilio's SIDs. */
const char *ids_sid(struct ids *ids, const char prefix[3], char out[IDS_SID_BYTES]);
/* 32 hex digits. */
const char *ids_token(struct ids *ids, char out[33]);
/* A version 4 UUID. */
const char *ids_uuid(struct ids *ids, char out[IDS_UUID_BYTES]);

#endif
