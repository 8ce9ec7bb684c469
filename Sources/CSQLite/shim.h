#include <sqlite3.h>

// A cast of -1 to a function pointer: Swift does not import the macro.
static inline sqlite3_destructor_type lethe_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// sqlite3_config and sqlite3_db_config are variadic, which Swift does not import.
static inline int lethe_sqlite_db_config(sqlite3 *db, int option, int on) {
  return sqlite3_db_config(db, option, on, (int *)0);
}

// So is sqlite3_vtab_config: the table being connected may not be named in a stored view.
static inline int lethe_sqlite_vtab_direct_only(sqlite3 *db) {
  return sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
}

// SQLite's part of a virtual table and of a cursor comes first; the owner is a Swift object.
typedef struct { sqlite3_vtab base; void *owner; } lethe_sqlite_vtab;
typedef struct { sqlite3_vtab_cursor base; void *owner; } lethe_sqlite_cursor;
