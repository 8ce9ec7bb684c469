#pragma once

/// The numbered migrations of warehouse.sqlite, as text, in order; a null pointer ends the list.
extern const char *const lethe_migrations[];
extern const char *const lethe_migration_names[];

static inline const char *const *lethe_migrations_list(void) { return lethe_migrations; }
static inline const char *const *lethe_migration_names_list(void) { return lethe_migration_names; }

