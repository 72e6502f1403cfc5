/* row_words: how enumerations are called in a stored row: the words of the API and of the scenario language.
 * Thread-safe. */
#ifndef ROW_WORDS_H
#define ROW_WORDS_H

enum { ACCOUNT_STATUS_WORDS = 3, WHATSAPP_WORDS = 5, DIRECTION_WORDS = 2 };

const char *word_of_account_status(int status);
const char *word_of_whatsapp(int state);
const char *word_of_direction(int direction);
/* The same shape for names that others have, for row_get_name(). */
const char *word_of_line(int line);
const char *word_of_channel(int channel);
const char *word_of_state(int state);
const char *word_of_plan(int plan);

#endif
