/* From a path, or bytes, to a struct: load, parse, read by the grammar. */
#include "typed_file.h"

#include "mem.h"

void *typed_file_read(struct document *document, const struct text *bytes, const struct shape *shape)
{
    char *loaded = NULL;
    struct text content;
    if (bytes != NULL)
        content = *bytes;
    else if (!document_load(document, &loaded, &content.len))
        return NULL;
    else
        content.at = loaded;
    const struct node *root = document_parse(document, content);
    void *made = root == NULL ? NULL : document_alloc(document, shape->size_bytes);
    if (made != NULL)
        shape_read(shape, document, root, made);
    mem_free(loaded);
    return document->broken ? NULL : made;
}
