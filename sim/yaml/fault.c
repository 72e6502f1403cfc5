/* A fault on its way to the simulator. What may stand in a rule says grammar_fault.c. */
#include "fault.h"

#include "grammar_tools.h"

bool fault_to_json(const struct fault *fault, struct variables *variables, json_t **ret, struct fail *why)
{
    return shape_json(&shape_fault, fault, variables, ret, why);
}
