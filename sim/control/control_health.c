/* GET /sim/v1/health, /codes and /ca.pem */
#include "control.h"
#include "error_codes.h"

void control_health(struct control_call *call)
{
    struct sim *sim = call->sim;
    control_reply(call, 200,
                  json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "status", "ok", "version", PROGRAM_VERSION,
                            "messages", (json_int_t)messages_kept(&sim->messages), "messages_dropped",
                            (json_int_t)sim->messages.dropped, "journal_dropped",
                            (json_int_t)sim->journal.dropped, "last_event", (json_int_t)sim->journal.last_n,
                            "resets", (json_int_t)sim->generation));
}

static json_t *or_null(int number)
{
    return number == 0 ? json_null() : json_integer(number);
}

void control_codes(struct control_call *call)
{
    json_t *list = json_array();
    for (size_t i = 0; i < error_code_count(); i++) {
        char page[ERROR_PAGE_BYTES];
        const struct error_code *error = error_code_at(i);
        json_array_append_new(
            list, json_pack("{s:i, s:o, s:b, s:s, s:s, s:s, s:s, s:s, s:s?, s:s, s:s}", "code", error->code,
                            "http_status", or_null(error->http_status), "http_status_confirmed",
                            error->http_confirmed, "when", error_when_name(error->when), "nature",
                            error_nature_name(error->nature), "accounts", error_scope_name(error->scope),
                            "sureness", error_sureness_name(error->sureness), "message", error->message,
                            "old_message", error->old_message, "source", error->source, "more_info",
                            error_code_page(error, page)));
    }
    control_reply(call, 200, list);
}

void control_ca(struct control_call *call)
{
    if (call->control->ca_pem.at == NULL) {
        control_refuse(call, 404, "this simulator has no certificate authority");
        return;
    }
    text_put(&call->response->body, call->control->ca_pem);
    response_header_literal(call->response, "Content-Type", "application/x-pem-file");
}
