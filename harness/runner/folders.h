/* folders: paths on the disk, in the few ways that the runner needs. Texts that come back are new. */
#ifndef FOLDERS_H
#define FOLDERS_H

#include "fail.h"

/* Makes a folder and those above it. */
bool folder_make(const char *path, struct fail *why);
/* Without links and dots; NULL with *why when there is no such thing. */
char *path_absolute(const char *path, struct fail *why);
/* "a/b" for "a/b/c.yaml", "." when it has no slash. */
char *path_folder(const char *path);
/* a/b; `name` alone when it is absolute. */
char *path_join(const char *folder, const char *name);
bool path_is_folder(const char *path);
bool path_is_file(const char *path);

#endif
