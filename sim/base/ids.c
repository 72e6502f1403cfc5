/* xoshiro256**, seeded through splitmix64 (both public domain algorithms by Blackman and Vigna). Not for
 * keys: those come from GnuTLS. */
#include "ids.h"

#include <stddef.h>
#include <sys/random.h>

#include "fail.h"

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

void ids_init(struct ids *ids, uint64_t seed)
{
    if (seed == 0)
        REQUIRE(getrandom(&seed, sizeof seed, 0) == (ssize_t)sizeof seed);
    for (size_t i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15u;
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        ids->state[i] = z ^ (z >> 31);
    }
}

uint64_t ids_next(struct ids *ids)
{
    uint64_t *s = ids->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t ids_below(struct ids *ids, uint64_t below)
{
    REQUIRE(below > 0);
    uint64_t limit = UINT64_MAX - UINT64_MAX % below;
    uint64_t value;
    do
        value = ids_next(ids);
    while (value >= limit);
    return value % below;
}

double ids_unit(struct ids *ids)
{
    return (double)(ids_next(ids) >> 11) * 0x1.0p-53;
}

static void put_hex(uint64_t value, int digits, char *out)
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < digits; i++)
        out[i] = hex[(value >> (60 - 4 * i)) & 15];
}

const char *ids_token(struct ids *ids, char out[33])
{
    put_hex(ids_next(ids), 16, out);
    put_hex(ids_next(ids), 16, out + 16);
    out[32] = '\0';
    return out;
}

const char *ids_sid(struct ids *ids, const char prefix[3], char out[IDS_SID_BYTES])
{
    out[0] = prefix[0];
    out[1] = prefix[1];
    ids_token(ids, out + 2);
    return out;
}

const char *ids_uuid(struct ids *ids, char out[IDS_UUID_BYTES])
{
    char hex[33];
    ids_token(ids, hex);
    hex[12] = '4';
    hex[16] = "89ab"[ids_next(ids) & 3];
    size_t to = 0;
    for (size_t from = 0; from < 32; from++) {
        if (from == 8 || from == 12 || from == 16 || from == 20)
            out[to++] = '-';
        out[to++] = hex[from];
    }
    out[to] = '\0';
    return out;
}
