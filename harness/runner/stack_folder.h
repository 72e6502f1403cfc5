/* stack_folder: where stacks that are up can be found: $XDG_RUNTIME_DIR/otp-harness, or a folder of this user
 * below /tmp. New. */
#ifndef STACK_FOLDER_H
#define STACK_FOLDER_H

char *stack_folder(void);

#endif
