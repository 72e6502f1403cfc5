/* callback_error: libcurl's results in our words. Internal to this folder; the words themselves stand in
 * callback_sender.h. Pure; any thread. */
#ifndef CALLBACK_ERROR_H
#define CALLBACK_ERROR_H

#include <curl/curl.h>

#include "callback_sender.h"

/* What a transfer's result means, given how far it had come. */
enum callback_error callback_error_of_curl(CURLcode code, bool connected, bool answer_begun);

#endif
