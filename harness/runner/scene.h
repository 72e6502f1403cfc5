/* scene: the world of one scenario, set up and taken down: history, variables, account, people, events,
 * backend.
 *
 *     struct scene scene;
 *     bool ready = scene_open(&scene, rig, job, &why);       // false: the environment did not come up
 *     steps_take(…, &scene.world …);
 *     scene_close(&scene);                                   // also after a failed open
 */
#ifndef SCENE_H
#define SCENE_H

#include "rig.h"
#include "selection.h"
#include "world.h"

struct scene {
    struct rig *rig;
    const struct job *job;
    struct world world;
    struct findings *findings;
    json_t *policy; /* profile and scenario together */
    bool kept;      /* the backend of the scenario before runs on */
};

bool scene_open(struct scene *scene, struct rig *rig, const struct job *job, struct fail *why);
void scene_close(struct scene *scene);

#endif
