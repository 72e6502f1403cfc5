/* futex_waits: futex(2) as programs call it themselves, through syscall(). */
#ifndef FUTEX_WAITS_H
#define FUTEX_WAITS_H

/* All six arguments of the system call. Timed waits are in virtual time, everything else is the kernel's. -1
 * with errno. */
long futex_waits_call(long word, long operation, long value, long timeout, long word_2, long value_3);

#endif
