/* twilio-sim codes: the table of error codes, for people. */
#include "commands.h"

#include <stdio.h>

#include "error_codes.h"

static void print_row(const struct error_code *error)
{
    char status[16] = "-";
    if (error->http_status != 0)
        snprintf(status, sizeof status, "%d%s", error->http_status, error->http_confirmed ? "" : "?");
    printf("%-7d %-5s %-9s %-10s %-9s %s\n%34s(%s)\n", error->code, status, error_when_name(error->when),
           error_nature_name(error->nature), error_sureness_name(error->sureness), error->message, "",
           error->source);
}

int command_codes(const struct options *options)
{
    (void)options;
    puts("CODE    HTTP  WHEN      NATURE     SURENESS  MESSAGE (source: sections of the fact sheet on "
         "messaging)\n"
         "HTTP with ? rests on a general rule. SURENESS: captured on the wire, fixture seen in test data, "
         "title of the\n"
         "dictionary (the sentence on the wire may differ), reported by clients.\n");
    for (size_t i = 0; i < error_code_count(); i++)
        print_row(error_code_at(i));
    return EXIT_FINE;
}
