/* Libraries that a program loads by hand may be bound to their own dependencies first, past every preloaded
 * library (RTLD_DEEPBIND; PHP loads its extensions so): their connections would leave the machine and their
 * clocks be real. That one flag is taken away.
 *
 * The loader looks at who called it (RUNPATH, dladdr): the call must be the last thing done here, so that the
 * compiler makes a jump of it and the caller stays the program. */
#include <dlfcn.h>

#include "net_real.h"
#include "net_settings.h"

NET_WRAPS void *dlopen(const char *file, int mode)
{
    return NET_REAL(dlopen)(file, mode & ~RTLD_DEEPBIND);
}
