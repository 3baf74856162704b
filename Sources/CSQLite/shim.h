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

// Necessary because Swift's atomics own their memory: they cannot lie in a file that is mapped and
// shared with other processes.
static inline unsigned long ttsr_atomic_load(const unsigned long *counter) {
    return __atomic_load_n(counter, __ATOMIC_ACQUIRE);
}

// Necessary for the same reason; returns the new value.
static inline unsigned long ttsr_atomic_add(unsigned long *counter, unsigned long step) {
    return __atomic_add_fetch(counter, step, __ATOMIC_ACQ_REL);
}

// Necessary for the same reason; the counter never falls.
static inline void ttsr_atomic_max(unsigned long *counter, unsigned long value) {
    unsigned long seen = __atomic_load_n(counter, __ATOMIC_ACQUIRE);
    while (seen < value &&
           !__atomic_compare_exchange_n(
               counter, &seen, value, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    }
}

#endif
