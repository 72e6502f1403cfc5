/* The fields of a Message, in the captured order of each format. */
#include "message_resource.h"

#include <string.h>

enum field {
    FIELD_BODY,
    FIELD_NUM_SEGMENTS,
    FIELD_DIRECTION,
    FIELD_FROM,
    FIELD_DATE_UPDATED,
    FIELD_PRICE,
    FIELD_ERROR_MESSAGE,
    FIELD_URI,
    FIELD_ACCOUNT_SID,
    FIELD_NUM_MEDIA,
    FIELD_TO,
    FIELD_DATE_CREATED,
    FIELD_STATUS,
    FIELD_SID,
    FIELD_DATE_SENT,
    FIELD_SERVICE_SID,
    FIELD_ERROR_CODE,
    FIELD_PRICE_UNIT,
    FIELD_API_VERSION,
    FIELD_COUNT
};

/* T5 (2023-06). */
static const enum field json_order[FIELD_COUNT] = {
    FIELD_BODY,        FIELD_NUM_SEGMENTS,  FIELD_DIRECTION,  FIELD_FROM,        FIELD_DATE_UPDATED,
    FIELD_PRICE,       FIELD_ERROR_MESSAGE, FIELD_URI,        FIELD_ACCOUNT_SID, FIELD_NUM_MEDIA,
    FIELD_TO,          FIELD_DATE_CREATED,  FIELD_STATUS,     FIELD_SID,         FIELD_DATE_SENT,
    FIELD_SERVICE_SID, FIELD_ERROR_CODE,    FIELD_PRICE_UNIT, FIELD_API_VERSION};

/* T7 (2020). */
static const enum field xml_order[FIELD_COUNT] = {
    FIELD_SID,          FIELD_DATE_CREATED, FIELD_DATE_UPDATED,  FIELD_DATE_SENT,   FIELD_ACCOUNT_SID,
    FIELD_TO,           FIELD_FROM,         FIELD_SERVICE_SID,   FIELD_BODY,        FIELD_STATUS,
    FIELD_NUM_SEGMENTS, FIELD_NUM_MEDIA,    FIELD_DIRECTION,     FIELD_API_VERSION, FIELD_PRICE,
    FIELD_PRICE_UNIT,   FIELD_ERROR_CODE,   FIELD_ERROR_MESSAGE, FIELD_URI};

struct view {
    struct render *render;
    const struct account *account;
    const struct message *message;
};

/* Counts are strings in JSON. */
static void write_count(struct render *render, const char *name, unsigned count)
{
    char bytes[32];
    struct text_buf digits = {.at = bytes, .room = sizeof bytes, .max_bytes = sizeof bytes - 1};
    text_put_int(&digits, count);
    render_plain(render, name, text_buf_view(&digits));
}

static char *append(char *at, const char *bytes, size_t count)
{
    memcpy(at, bytes, count);
    return at + count;
}

static void write_uri(const struct view *view, const char *name, const char *rest)
{
    static const char base[] = "/2010-04-01/Accounts/", middle[] = "/Messages/", ending[] = ".json";
    enum { SID = SID_BYTES - 1 };
    char uri[256], *at = uri;
    size_t rest_len = strlen(rest);
    at = append(at, base, sizeof base - 1);
    at = append(at, view->account->sid, SID);
    at = append(at, middle, sizeof middle - 1);
    at = append(at, view->message->sid, SID);
    at = append(at, rest, rest_len);
    if (view->render->format == FORMAT_JSON)
        at = append(at, ending, sizeof ending - 1);
    render_plain(view->render, name, text_span(uri, (size_t)(at - uri)));
}

static void write_error(const struct view *view, enum field field)
{
    const struct message *message = view->message;
    const struct error_code *error = message->error_code == 0 ? NULL : error_code_find(message->error_code);
    if (field == FIELD_ERROR_MESSAGE)
        render_text(view->render, "error_message", error == NULL ? TEXT_NONE : text_of(error->message));
    else if (message->error_code == 0)
        render_null(view->render, "error_code");
    else
        render_int(view->render, "error_code", message->error_code);
}

static const char *direction_name(const struct message *message)
{
    return message->direction == DIRECTION_INBOUND ? "inbound" : "outbound-api";
}

/* Dates and addresses; false when the field is none of them. */
static bool write_plain_field(const struct view *view, enum field field)
{
    struct render *render = view->render;
    const struct message *message = view->message;
    switch (field) {
    case FIELD_FROM:
        render_text(render, "from", message_text(message, MESSAGE_FROM));
        return true;
    case FIELD_TO:
        render_text(render, "to", message_text(message, MESSAGE_TO));
        return true;
    case FIELD_SERVICE_SID:
        render_text(render, "messaging_service_sid", message_text(message, MESSAGE_SERVICE_SID));
        return true;
    case FIELD_DATE_CREATED:
        render_date(render, "date_created", message->created_wall_ms);
        return true;
    case FIELD_DATE_UPDATED:
        render_date(render, "date_updated", message->updated_wall_ms);
        return true;
    case FIELD_DATE_SENT:
        render_date(render, "date_sent", message->sent_wall_ms);
        return true;
    case FIELD_PRICE:
        render_null(render, "price"); /* list prices are not simulated: section 9 has no figure for +243 */
        return true;
    default:
        return false;
    }
}

static void write_field(const struct view *view, enum field field)
{
    struct render *render = view->render;
    const struct message *message = view->message;
    switch (field) {
    case FIELD_BODY:
        render_text(render, "body", message->redacted ? TEXT("") : message_text(message, MESSAGE_BODY));
        break;
    case FIELD_NUM_SEGMENTS:
        write_count(render, "num_segments", message->segments);
        break;
    case FIELD_NUM_MEDIA:
        write_count(render, "num_media", message->media_count);
        break;
    case FIELD_DIRECTION:
        render_plain(render, "direction", text_of(direction_name(message)));
        break;
    case FIELD_ERROR_MESSAGE:
    case FIELD_ERROR_CODE:
        write_error(view, field);
        break;
    case FIELD_URI:
        write_uri(view, "uri", "");
        break;
    case FIELD_ACCOUNT_SID:
        render_plain(render, "account_sid", sid_text(view->account->sid));
        break;
    case FIELD_STATUS:
        render_plain(render, "status", text_of(message_state_name((enum message_state)message->state)));
        break;
    case FIELD_SID:
        render_plain(render, "sid", sid_text(message->sid));
        break;
    case FIELD_PRICE_UNIT:
        /* USD for SMS, null for WhatsApp (trap 9 of the reference). */
        render_text(render, "price_unit", message->channel == CHANNEL_SMS ? TEXT("USD") : TEXT_NONE);
        break;
    case FIELD_API_VERSION:
        render_plain(render, "api_version", text_of("2010-04-01"));
        break;
    default:
        break;
    }
}

void message_resource_write(struct render *render, const struct account *account,
                            const struct message *message, bool created)
{
    struct view view = {render, account, message};
    const enum field *order = render->format == FORMAT_JSON ? json_order : xml_order;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (!write_plain_field(&view, order[i]))
            write_field(&view, order[i]);
    render_open(render, "subresource_uris");
    write_uri(&view, "media", "/Media");
    if (!created)
        write_uri(&view, "feedback", "/Feedback");
    render_close(render);
}
