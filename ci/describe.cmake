# usage: cmake -D SOURCE=FOLDER -D OUT=FILE.c -P ci/describe.cmake
#
# Writes the C file that holds what git calls the source (sim/base/source_description.h), and touches it only when that
# has changed, so that a build after a build does nothing.
execute_process(COMMAND git -C ${SOURCE} describe --tags --always --dirty
  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT EXISTS ${SOURCE}/.git)
  set(described "") # no checkout of ours, perhaps inside of somebody else's
endif()
file(CONFIGURE OUTPUT ${OUT} @ONLY CONTENT [[
/* Written by ci/describe.cmake. */
#include "source_description.h"

const char source_description[] = "@described@";
]])
