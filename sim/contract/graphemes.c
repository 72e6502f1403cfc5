/* Grapheme clusters. Characters below U+0300 never join with each other, so plain Latin text does not need
 * PCRE2. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "graphemes.h"

#include <pcre2.h>
#include <pthread.h>

#include "fail.h"
#include "mem.h"
#include "utf8.h"

static pcre2_code *cluster;
static pcre2_general_context *memory;
static pthread_once_t cluster_once = PTHREAD_ONCE_INIT;

static void *block_new(PCRE2_SIZE size_bytes, void *context)
{
    (void)context;
    return mem_new(size_bytes);
}

static void block_free(void *block, void *context)
{
    (void)context;
    mem_free(block);
}

static void cluster_compile(void)
{
    int error;
    PCRE2_SIZE error_at;
    memory = pcre2_general_context_create(block_new, block_free, NULL);
    REQUIRE(memory != NULL);
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    cluster = pcre2_compile((PCRE2_SPTR) "\\X", PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_ANCHORED, &error,
                            &error_at, context);
    pcre2_compile_context_free(context);
    REQUIRE(cluster != NULL);
    (void)pcre2_jit_compile(cluster, PCRE2_JIT_COMPLETE);
}

void graphemes_init(struct graphemes *graphemes, struct text utf8)
{
    *graphemes = (struct graphemes){.rest = utf8};
}

void graphemes_release(struct graphemes *graphemes)
{
    if (graphemes->match != NULL)
        pcre2_match_data_free(graphemes->match);
    graphemes->match = NULL;
}

static size_t cluster_bytes(struct graphemes *graphemes)
{
    pthread_once(&cluster_once, cluster_compile);
    if (graphemes->match == NULL)
        graphemes->match = pcre2_match_data_create(1, memory);
    struct text rest = graphemes->rest;
    int result =
        pcre2_match(cluster, (PCRE2_SPTR)rest.at, rest.len, 0, PCRE2_NO_UTF_CHECK, graphemes->match, NULL);
    REQUIRE(result > 0);
    return pcre2_get_ovector_pointer(graphemes->match)[1];
}

bool graphemes_next(struct graphemes *graphemes, struct text *ret_grapheme)
{
    struct text rest = graphemes->rest;
    if (rest.len == 0)
        return false;
    bool plain = utf8_next(&rest) < GRAPHEMES_JOIN_FROM;
    size_t len = graphemes->rest.len - rest.len;
    if (!plain || (rest.len > 0 && utf8_next(&rest) >= GRAPHEMES_JOIN_FROM))
        len = cluster_bytes(graphemes);
    *ret_grapheme = text_first(graphemes->rest, len);
    graphemes->rest = text_from(graphemes->rest, len);
    return true;
}
