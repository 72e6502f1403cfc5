/* A profile. What may stand in the file says grammar_profile.c. */
#include "profile.h"

#include "grammar.h"
#include "typed_file.h"

static struct profile *profile_of(const char *path, const struct text *bytes, struct problems *problems)
{
    struct document *document = document_new(path, problems);
    struct profile *profile = typed_file_read(document, bytes, &shape_profile);
    document_seal(document);
    if (profile == NULL) {
        document_free(document);
        return NULL;
    }
    profile->document = document;
    profile->path = document->path;
    return profile;
}

struct profile *profile_read(const char *path, struct problems *problems)
{
    return profile_of(path, NULL, problems);
}

struct profile *profile_read_text(const char *name, struct text bytes, struct problems *problems)
{
    return profile_of(name, &bytes, problems);
}

void profile_free(struct profile *profile)
{
    if (profile != NULL)
        document_free(profile->document);
}

const struct named_expect *answers_find(const struct named_expects *answers, struct text name)
{
    for (size_t i = 0; i < answers->count; i++) {
        if (text_equal(answers->items[i].name, name))
            return &answers->items[i];
    }
    return NULL;
}
