/* Counting segments as Twilio's calculator does: choose the encoding, then pack greedily. Smart encoding
 * (look-alikes replaced before counting) is not here. */
#include "segments.h"

#include "graphemes.h"
#include "utf8.h"

enum { GSM7_ALONE = 160, GSM7_JOINED = 153, UCS2_ALONE = 70, UCS2_JOINED = 67 };

/* Septets of the characters U+0000 to U+00FF, sixteen a row: 1 in GSM-7's basic table, 2 in its extension, 0
 * in none. */
static const char latin_septets[] =
    "0000000000102100" /* LF, form feed, CR */
    "0000000000000000"
    "1111111111111111"
    "1111111111111111"
    "1111111111111111"
    "1111111111122221" /* [ \ ] ^ */
    "0111111111111111" /* no back-tick */
    "1111111111122220" /* { | } ~ */
    "0000000000000000"
    "0000000000000000"
    "0101110100000000"  /* inverted !, pound, currency, yen, section */
    "0000000000000001"  /* inverted ? */
    "0000111101000000"  /* A with dots, A with ring, AE, C with cedilla, E acute */
    "0100001010001001"  /* N tilde, O dots, O stroke, U dots, sharp s */
    "1000111011001000"  /* a grave, a dots, a ring, ae, e grave, e acute, i grave */
    "0110001011001000"; /* n tilde, o grave, o dots, o stroke, u grave, u dots */

static unsigned gsm7_septets(uint32_t character)
{
    if (character < 0x100)
        return (unsigned)(latin_septets[character] - '0');
    switch (character) {
    case 0x0394: /* Delta */
    case 0x03A6: /* Phi */
    case 0x0393: /* Gamma */
    case 0x039B: /* Lambda */
    case 0x03A9: /* Omega */
    case 0x03A0: /* Pi */
    case 0x03A8: /* Psi */
    case 0x03A3: /* Sigma */
    case 0x0398: /* Theta */
    case 0x039E: /* Xi */
        return 1;
    case 0x20AC: /* euro sign */
        return 2;
    default:
        return 0;
    }
}

static unsigned ucs2_units(uint32_t character)
{
    return character > 0xFFFF ? 2 : 1;
}

/* utf8_next() with a short way for ASCII, which most bodies are. */
static uint32_t next_character(struct text *rest)
{
    unsigned char byte = (unsigned char)*rest->at;
    if (byte >= 0x80)
        return utf8_next(rest);
    rest->at++;
    rest->len--;
    return byte;
}

struct packing {
    unsigned room;
    unsigned used; /* of the last segment */
    unsigned count;
};

static void packing_put(struct packing *packing, unsigned units)
{
    if (packing->used + units > packing->room) {
        packing->count++;
        packing->used = 0;
    }
    packing->used += units;
}

static unsigned gsm7_pack(struct text body)
{
    struct packing packing = {.room = GSM7_JOINED, .count = 1};
    while (body.len > 0)
        packing_put(&packing, gsm7_septets(next_character(&body)));
    return packing.count;
}

static unsigned ucs2_length(struct text part)
{
    unsigned units = 0;
    while (part.len > 0)
        units += ucs2_units(next_character(&part));
    return units;
}

/* A grapheme longer than a segment goes character by character. */
static void grapheme_pack(struct packing *packing, struct text grapheme)
{
    unsigned units = ucs2_length(grapheme);
    if (units <= packing->room) {
        packing_put(packing, units);
        return;
    }
    while (grapheme.len > 0)
        packing_put(packing, ucs2_units(next_character(&grapheme)));
}

static unsigned ucs2_pack(struct text body)
{
    struct packing packing = {.room = UCS2_JOINED, .count = 1};
    struct graphemes graphemes;
    struct text grapheme;
    graphemes_init(&graphemes, body);
    while (graphemes_next(&graphemes, &grapheme))
        grapheme_pack(&packing, grapheme);
    graphemes_release(&graphemes);
    return packing.count;
}

/* The same for any bytes: what is broken is packed as the U+FFFD it is counted as. */
static unsigned ucs2_pack_any(struct text body)
{
    if (utf8_valid(body))
        return ucs2_pack(body);
    struct text_buf mended;
    text_buf_init(&mended, 3 * body.len);
    while (body.len > 0)
        utf8_put(&mended, utf8_next(&body));
    unsigned count = ucs2_pack(text_buf_view(&mended));
    text_buf_release(&mended);
    return count;
}

static unsigned divided(unsigned units, unsigned room)
{
    return (units + room - 1) / room;
}

static struct segments gsm7_segments(struct text body, unsigned septets, bool extended)
{
    struct segments result = {ENCODING_GSM7, septets, 1};
    if (septets > GSM7_ALONE)
        result.count = extended ? gsm7_pack(body) : divided(septets, GSM7_JOINED);
    return result;
}

static struct segments ucs2_segments(struct text body)
{
    struct segments result = {ENCODING_UCS2, 0, 1};
    bool joining = false;
    for (struct text rest = body; rest.len > 0;) {
        uint32_t character = next_character(&rest);
        result.units += ucs2_units(character);
        joining = joining || character >= GRAPHEMES_JOIN_FROM;
    }
    if (result.units > UCS2_ALONE)
        result.count = joining ? ucs2_pack_any(body) : divided(result.units, UCS2_JOINED);
    return result;
}

struct segments segments_count(struct text utf8)
{
    unsigned septets = 0;
    bool extended = false;
    for (struct text rest = utf8; rest.len > 0;) {
        unsigned one = gsm7_septets(next_character(&rest));
        if (one == 0)
            return ucs2_segments(utf8);
        septets += one;
        extended = extended || one > 1;
    }
    return gsm7_segments(utf8, septets, extended);
}
