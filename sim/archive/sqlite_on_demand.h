/* sqlite_on_demand: SQLite, loaded at the first call of sqlite_load(). Thread-safe. */
#ifndef SQLITE_ON_DEMAND_H
#define SQLITE_ON_DEMAND_H

#include "fail.h"

/* Once before any sqlite3_*(); false with the reason when the machine has no SQLite. */
bool sqlite_load(struct fail *why);

#endif
