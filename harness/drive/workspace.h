/* workspace: the folder that the backend runs in, so that it never writes to the user's tree and never reads
 * a .env file.
 *
 *     struct workspace_options options = {.scratch = "/tmp/otp-harness-4711/w1", .source = "/home/me/shop",
 *                                         .hide = hide, .sandbox = sandbox};
 *     struct workspace *workspace = workspace_new(&options, &why);
 *     process.cwd = workspace_folder(workspace);
 *     workspace_free(workspace);                   // removes it, unless options.keep
 *
 * In the namespace way the folder is an overlay over the source (reads come from it, writes go to the scratch
 * folder); where the kernel refuses that, and in the proxy way, it is a copy. In a copy, folders of installed
 * packages (node_modules, vendor, .venv, venv, target) are links to the originals, and .git is left out.
 * Files and folders whose name matches `hide` ('*', '?' and '[' as in the shell) are not there, and in the
 * namespace way their originals read as empty too; folders of installed packages and .git are not searched
 * for them. The view has another path than the source: a backend that imports from "../" needs a `cwd`
 * further up. Bounds: those of tree.h. */
#ifndef WORKSPACE_H
#define WORKSPACE_H

#include <stdbool.h>

#include "fail.h"
#include "sandbox.h"

struct workspace;

struct workspace_options {
    const char *scratch;           /* a folder of ours, absolute; made when missing */
    const char *source;            /* the profile's cwd, absolute */
    const char *const *hide;       /* globs on names; ends with NULL; NULL = ".env" and ".env.*" */
    const struct sandbox *sandbox; /* NULL: not inside one, a copy is made */
    bool keep;                     /* leave it behind at the end */
};

/* New; NULL with *why. */
struct workspace *workspace_new(const struct workspace_options *options, struct fail *why);
/* Removes the scratch folder unless it is to be kept (of an overlay the written files stay: scratch/upper).
 * NULL is allowed. */
void workspace_free(struct workspace *workspace);

/* Shows the source as it is now, with what was written in the view over it: an overlay may go on showing the
 * old one of a file that an editor has replaced. Nothing may run in the folder meanwhile. A copy stays as it
 * was made: *ret_fresh is false then. False with *why when the view is lost. */
bool workspace_refresh(struct workspace *workspace, bool *ret_fresh, struct fail *why);

/* Where the backend runs. Borrowed. */
const char *workspace_folder(const struct workspace *workspace);
/* A place for sockets, data folders and files of ours, not seen in the backend's folder. Borrowed. */
const char *workspace_scratch(const struct workspace *workspace);
/* True when it is an overlay. */
bool workspace_is_overlay(const struct workspace *workspace);

#endif
