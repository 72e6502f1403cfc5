/* How many segments a body takes: the vectors of reference/twilio-messaging.md 8 and our own at every edge.
 */
#include "test_support.h"
#include "segments.h"

#define GRIMACE "\xF0\x9F\x98\x9C"                 /* above U+FFFF: two units */
#define FLAG    "\xF0\x9F\x87\xA8\xF0\x9F\x87\xA9" /* two regional indicators: four units */
#define FAMILY                                                                                               \
    "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7" /* joined: eight units */
#define ACCENT "\xCC\x81" /* joins with the letter before it */
#define EURO   "\xE2\x82\xAC"

/* The body is `fill` `before` times, then `middle`, then `fill` `after` times. */
struct segment_row {
    const char *why;
    const char *fill;
    unsigned before;
    const char *middle;
    unsigned after;
    enum encoding encoding;
    unsigned units, count;
};

static void rows_hold(const struct segment_row *rows, size_t row_count)
{
    for (size_t i = 0; i < row_count; i++) {
        const struct segment_row *row = &rows[i];
        struct text_buf body;
        text_buf_init(&body, 64 * 1024);
        for (unsigned n = 0; n < row->before; n++)
            text_put_z(&body, row->fill);
        text_put_z(&body, row->middle);
        for (unsigned n = 0; n < row->after; n++)
            text_put_z(&body, row->fill);
        struct segments got = segments_count(text_buf_view(&body));
        text_buf_release(&body);
        if (got.encoding != row->encoding || got.units != row->units || got.count != row->count)
            fail_msg("%s: expected %d %u/%u, got %d %u/%u", row->why, row->encoding, row->units, row->count,
                     got.encoding, got.units, got.count);
    }
}

static void gsm_7_bodies_hold_160_alone_and_153_each_joined(void **state)
{
    (void)state;
    static const struct segment_row rows[] = {
        {"nothing", "", 0, "", 0, ENCODING_GSM7, 0, 1},
        {"one full segment", "7", 160, "", 0, ENCODING_GSM7, 160, 1},
        {"one more", "7", 161, "", 0, ENCODING_GSM7, 161, 2},
        {"two full segments", "a", 306, "", 0, ENCODING_GSM7, 306, 2},
        {"one more than two", "7", 307, "", 0, ENCODING_GSM7, 307, 3},
        {"three full segments", "a", 459, "", 0, ENCODING_GSM7, 459, 3},
        {"one more than three", "a", 460, "", 0, ENCODING_GSM7, 460, 4},
        {"the longest body", "a", 1600, "", 0, ENCODING_GSM7, 1600, 11},
        {"the extension costs two", "a", 158, EURO, 0, ENCODING_GSM7, 160, 1},
        {"and so goes over the edge", "a", 159, EURO, 0, ENCODING_GSM7, 161, 2},
        {"a pair fits exactly before the join", "a", 151, EURO, 0, ENCODING_GSM7, 153, 1},
        {"a pair that fits is not moved", "a", 151, EURO "aa", 151, ENCODING_GSM7, 306, 2},
        {"a pair is not split at the join", "a", 152, "[", 152, ENCODING_GSM7, 306, 3},
        {"pairs only: 76 fit where 153 septets are", EURO, 153, "", 0, ENCODING_GSM7, 306, 3},
    };
    rows_hold(rows, COUNT_OF(rows));
}

static void the_alphabet_of_gsm_7_is_exactly_its_two_tables(void **state)
{
    (void)state;
    static const struct segment_row rows[] = {
        {"extension", "", 0, "[]{}\\^~|", 0, ENCODING_GSM7, 16, 1},
        {"form feed is in the extension", "", 0, "\f", 0, ENCODING_GSM7, 2, 1},
        {"the rest of ASCII", "", 0, "@$!\"#%&'()*+,-./09:;<=>?AZ_az \n\r", 0, ENCODING_GSM7, 32, 1},
        {"CR LF is two", "", 0, "\r\n", 0, ENCODING_GSM7, 2, 1},
        {"e acute, e grave, a grave, u grave, i grave, o grave", "", 0,
         "\xC3\xA9\xC3\xA8\xC3\xA0\xC3\xB9\xC3\xAC\xC3\xB2", 0, ENCODING_GSM7, 6, 1},
        {"capital C cedilla", "", 0, "\xC3\x87", 0, ENCODING_GSM7, 1, 1},
        {"small c cedilla", "", 0, "re\xC3\xA7u", 0, ENCODING_UCS2, 4, 1},
        {"e circumflex", "", 0, "\xC3\xAAtre", 0, ENCODING_UCS2, 4, 1},
        {"capital A grave", "", 0, "\xC3\x80", 0, ENCODING_UCS2, 1, 1},
        {"capital E acute", "", 0, "\xC3\x89", 0, ENCODING_GSM7, 1, 1},
        {"Nordic and German", "", 0,
         "\xC3\x98\xC3\xB8\xC3\x85\xC3\xA5\xC3\x86\xC3\xA6\xC3\x9F\xC3\x84\xC3\x96\xC3\x9C\xC3\xA4\xC3\xB6"
         "\xC3\xBC",
         0, ENCODING_GSM7, 13, 1},
        {"Spanish and signs", "", 0, "\xC3\x91\xC3\xB1\xC2\xA1\xC2\xBF\xC2\xA3\xC2\xA5\xC2\xA4\xC2\xA7", 0,
         ENCODING_GSM7, 8, 1},
        {"Greek capitals of the table", "", 0,
         "\xCE\x94\xCE\xA6\xCE\x93\xCE\x9B\xCE\xA9\xCE\xA0\xCE\xA8\xCE\xA3\xCE\x98\xCE\x9E", 0, ENCODING_GSM7,
         10, 1},
        {"Greek alpha is not of the table", "", 0, "\xCE\x91", 0, ENCODING_UCS2, 1, 1},
        {"typographic apostrophe", "", 0, "l\xE2\x80\x99", 0, ENCODING_UCS2, 2, 1},
        {"back-tick", "", 0, "`", 0, ENCODING_UCS2, 1, 1},
        {"tab", "", 0, "\t", 0, ENCODING_UCS2, 1, 1},
        {"escape", "", 0, "\x1B", 0, ENCODING_UCS2, 1, 1},
        {"delete", "", 0, "\x7F", 0, ENCODING_UCS2, 1, 1},
    };
    rows_hold(rows, COUNT_OF(rows));
}

static void ucs_2_bodies_hold_70_alone_and_67_each_joined(void **state)
{
    (void)state;
    static const struct segment_row rows[] = {
        {"one full segment", "\xC3\xA7", 70, "", 0, ENCODING_UCS2, 70, 1},
        {"one more", "\xC3\xA7", 71, "", 0, ENCODING_UCS2, 71, 2},
        {"two full segments", "\xC3\xA7", 134, "", 0, ENCODING_UCS2, 134, 2},
        {"one more than two", "\xC3\xA7", 135, "", 0, ENCODING_UCS2, 135, 3},
        {"one character turns the whole body", "a", 70, "\xC3\xA7", 0, ENCODING_UCS2, 71, 2},
        {"emoji and 68 digits", "7", 0, GRIMACE, 68, ENCODING_UCS2, 70, 1},
        {"emoji and 69 digits", "7", 0, GRIMACE, 69, ENCODING_UCS2, 71, 2},
        {"flag and 66 digits", "7", 0, FLAG, 66, ENCODING_UCS2, 70, 1},
        {"an emoji across the 70th unit", "\xC3\xA7", 69, GRIMACE, 0, ENCODING_UCS2, 71, 2},
        {"the longest body", "\xC3\xA7", 1600, "", 0, ENCODING_UCS2, 1600, 24},
    };
    rows_hold(rows, COUNT_OF(rows));
}

static void what_a_reader_sees_as_one_character_is_not_split(void **state)
{
    (void)state;
    static const struct segment_row rows[] = {
        {"an emoji that fits before the join", "\xC3\xA7", 65, GRIMACE "\xC3\xA7", 66, ENCODING_UCS2, 134, 2},
        {"an emoji across the join", "\xC3\xA7", 66, GRIMACE, 66, ENCODING_UCS2, 134, 3},
        {"a flag that fits", "\xC3\xA7", 63, FLAG "\xC3\xA7", 66, ENCODING_UCS2, 134, 2},
        {"a flag across the join", "\xC3\xA7", 64, FLAG "\xC3\xA7", 65, ENCODING_UCS2, 134, 3},
        {"a letter and its accent across the join", "\xC3\xA7", 66, "e" ACCENT, 66, ENCODING_UCS2, 134, 3},
        {"a family across the join", "\xC3\xA7", 60, FAMILY, 66, ENCODING_UCS2, 134, 3},
        {"CR LF may be parted", "\xC3\xA7", 66, "\r\n", 66, ENCODING_UCS2, 134, 2},
        {"a grapheme longer than a segment is split", ACCENT, 0, "e", 140, ENCODING_UCS2, 141, 3},
        {"flags only, two units and two", FLAG, 34, "", 0, ENCODING_UCS2, 136, 3},
    };
    rows_hold(rows, COUNT_OF(rows));
}

static void broken_utf_8_counts_a_replacement_a_byte(void **state)
{
    (void)state;
    static const struct segment_row rows[] = {
        {"two broken bytes", "", 0, "\xFF\xFE", 0, ENCODING_UCS2, 2, 1},
        {"more than a segment of them", "\xFF", 71, "", 0, ENCODING_UCS2, 71, 2},
        {"a character that is cut off", "", 0, "a\xE2\x82", 0, ENCODING_UCS2, 3, 1},
    };
    rows_hold(rows, COUNT_OF(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gsm_7_bodies_hold_160_alone_and_153_each_joined),
        cmocka_unit_test(the_alphabet_of_gsm_7_is_exactly_its_two_tables),
        cmocka_unit_test(ucs_2_bodies_hold_70_alone_and_67_each_joined),
        cmocka_unit_test(what_a_reader_sees_as_one_character_is_not_split),
        cmocka_unit_test(broken_utf_8_counts_a_replacement_a_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
