#include "schema.h"

// Migrations are append-only: a number that has been released never changes.
static const char m0001[] = {
#embed "0001-initial.sql" suffix(, 0)
};

static const char m0002[] = {
#embed "0002-concepts.sql" suffix(, 0)
};

static const char m0003[] = {
#embed "0003-relevance.sql" suffix(, 0)
};

static const char m0004[] = {
#embed "0004-hypotheses.sql" suffix(, 0)
};

static const char m0005[] = {
#embed "0005-numerics.sql" suffix(, 0)
};

static const char m0006[] = {
#embed "0006-pictures.sql" suffix(, 0)
};

static const char m0007[] = {
#embed "0007-codec.sql" suffix(, 0)
};

static const char m0008[] = {
#embed "0008-speed.sql" suffix(, 0)
};

static const char m0009[] = {
#embed "0009-candidates.sql" suffix(, 0)
};

const char *const lethe_migrations[] = {
    m0001, m0002, m0003, m0004, m0005, m0006, m0007, m0008, m0009, 0};
const char *const lethe_migration_names[] = {
    "0001-initial",  "0002-concepts", "0003-relevance", "0004-hypotheses", "0005-numerics",
    "0006-pictures", "0007-codec",    "0008-speed",     "0009-candidates", 0};
