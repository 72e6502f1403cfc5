/* source_description: what git calls the source that this program was built from ("v0.1.0-12-g383cc93", or
 * "383cc93-dirty" where there is no tag), or "" when it was not built from a checkout. Written at each build
 * by ci/describe.cmake, linked into the two programs alone. */
#ifndef SOURCE_DESCRIPTION_H
#define SOURCE_DESCRIPTION_H

extern const char source_description[];

#endif
