/* Reading a .env file line by line. There is no standard; this is what dotenv, python-dotenv and a shell
 * agree on. */
#include "env_file.h"

#define BOM "\xEF\xBB\xBF"

bool env_line(struct text *rest, struct text *ret_line, bool *ret_cr)
{
    bool cr = false;
    if (rest->at == NULL || !text_split(rest, '\n', ret_line))
        return false;
    if (ret_line->len > 0 && ret_line->at[ret_line->len - 1] == '\r') {
        *ret_line = text_first(*ret_line, ret_line->len - 1);
        cr = true;
    }
    if (ret_cr != NULL)
        *ret_cr = cr;
    return true;
}

bool env_name_valid(struct text name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.len > 0;
}

/* What stands between quotes, or up to a comment. */
static struct text value_read(struct text written, unsigned *faults)
{
    char quote = written.len > 0 ? written.at[0] : '\0';
    if (quote == '"' || quote == '\'' || quote == '`') {
        struct text inside = text_from(written, 1);
        size_t len = text_find(inside, quote);
        *faults |= len < inside.len ? ENV_QUOTED : ENV_OPEN_QUOTE;
        return text_first(inside, len);
    }
    for (size_t i = 1; i < written.len; i++)
        if (written.at[i] == '#' && (written.at[i - 1] == ' ' || written.at[i - 1] == '\t'))
            return text_trim(text_first(written, i));
    return text_starts(written, "#") ? text_first(written, 0) : written;
}

static void pair_read(struct text line, struct env_pair *ret)
{
    size_t equals = text_find(line, '=');
    struct text left = text_first(line, equals), right = text_from(line, equals + 1);
    if (equals == line.len) {
        ret->faults |= ENV_NO_PAIR;
        ret->name = line;
        ret->value = text_first(line, 0);
        return;
    }
    if (text_starts(left, "export ") || text_starts(left, "export\t"))
        left = text_trim(text_from(left, 7));
    ret->name = text_trim(left);
    ret->value = text_trim(right);
    if (ret->name.len < left.len || (right.len > 0 && (right.at[0] == ' ' || right.at[0] == '\t')))
        ret->faults |= ENV_SPACES;
    ret->value = value_read(ret->value, &ret->faults);
    if (!env_name_valid(ret->name))
        ret->faults |= ENV_BAD_NAME;
}

bool env_next(struct env_reader *reader, struct env_pair *ret)
{
    struct text line;
    bool cr;
    if (reader->line == 0 && text_starts(reader->rest, BOM))
        reader->rest = text_from(reader->rest, strlen(BOM));
    while (env_line(&reader->rest, &line, &cr)) {
        reader->line++;
        line = text_trim(line);
        if (line.len == 0 || line.at[0] == '#')
            continue;
        *ret = (struct env_pair){.line = reader->line, .faults = cr ? ENV_CARRIAGE_RETURN : 0};
        pair_read(line, ret);
        return true;
    }
    return false;
}
