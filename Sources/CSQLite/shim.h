#ifndef TTSR_CSQLITE_SHIM_H
#define TTSR_CSQLITE_SHIM_H

#include <sqlite3.h>

// Necessary because SQLITE_TRANSIENT is a macro that casts an integer to a function pointer.
static inline int ttsr_sqlite3_bind_text_copy(
    sqlite3_stmt *statement, int index, const char *text, int bytes) {
    return sqlite3_bind_text(statement, index, text, bytes, SQLITE_TRANSIENT);
}

// Necessary because SQLITE_TRANSIENT is a macro that casts an integer to a function pointer.
static inline int ttsr_sqlite3_bind_blob_copy(
    sqlite3_stmt *statement, int index, const void *blob, int bytes) {
    return sqlite3_bind_blob(statement, index, blob, bytes, SQLITE_TRANSIENT);
}

#endif
