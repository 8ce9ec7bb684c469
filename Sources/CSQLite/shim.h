#include <sqlite3.h>

// A cast of -1 to a function pointer: Swift does not import the macro.
static inline sqlite3_destructor_type lethe_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// sqlite3_config and sqlite3_db_config are variadic, which Swift does not import.
static inline int lethe_sqlite_db_config(sqlite3 *db, int option, int on) {
  return sqlite3_db_config(db, option, on, (int *)0);
}
