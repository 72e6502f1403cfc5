/* fact_parts: how the readers of single kinds of files put facts together (inside this layer only). */
#ifndef FACT_PARTS_H
#define FACT_PARTS_H

#include "project_facts.h"

struct fact_file {
    struct project_facts *facts;
    struct text name; /* lives as long as the facts */
    struct text bytes;
};

/* A copy that lives as long as the facts, cut where it is unreasonably long. */
struct text fact_text(struct project_facts *facts, struct text view);
struct fact_place fact_here(const struct fact_file *file, int line);

/* Each copies its texts; what is there already stays as it is. */
void fact_add_start(const struct fact_file *file, int line, int rank, const char *what, struct text command,
                    bool words);
void fact_add_env(const struct fact_file *file, int line, struct text name, bool example);
void fact_add_evidence(const struct fact_file *file, int line, enum fact_evidence evidence);
void fact_add_port(const struct fact_file *file, int line, struct text digits);
void fact_add_name(const struct fact_file *file, int line, struct text name);
struct fact_route *fact_add_route(const struct fact_file *file, int line, const char *method,
                                  struct text path, struct text owner);
void fact_add_mount(const struct fact_file *file, int line, struct text prefix, struct text what,
                    struct text owner);
void fact_add_import(const struct fact_file *file, int line, struct text name, struct text module);

/* The readers, one for a kind of file. */
void read_package_json(const struct fact_file *file);
void read_composer_json(const struct fact_file *file);
void read_workspaces(const struct fact_file *file);
void read_procfile(const struct fact_file *file);
void read_dockerfile(const struct fact_file *file);
void read_compose(const struct fact_file *file);
void read_env_example(const struct fact_file *file);
void read_prisma(const struct fact_file *file);
void read_manifest(const struct fact_file *file);
void read_shell(const struct fact_file *file);
void read_source(const struct fact_file *file);

/* "name" of a path, and what stands before it: "" or "a/b". */
struct text fact_base_name(struct text path);
struct text fact_folder_name(struct text path);
/* Does a command or a path name a folder that builds write to? */
bool fact_is_built(struct text command);
/* Of a name in most languages. */
bool fact_word_byte(char c);

#endif
