// What scripts/link adds to a function, so that it starts where glibc is 2.34, and starts fast.
//
// A static library asks for the newest version of a symbol that the building machine's glibc has.
// The first two functions below have a version after 2.34; defined here, glibc is not asked.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

// hypotf@GLIBC_2.35, for Swift's library. The squares of two floats are exact in a double, and
// their sum cannot overflow.
float hypotf(float x, float y) {
    if (isinf(x) || isinf(y)) return INFINITY;
    return (float)sqrt((double)x * x + (double)y * y);
}

struct search {
    uintptr_t address;
    struct dl_find_object *result;
};

static int visit(struct dl_phdr_info *object, size_t size, void *context) {
    struct search *search = context;
    const ElfW(Phdr) *frames = NULL, *holder = NULL;
    (void)size;
    for (size_t index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[index];
        if (part->p_type == PT_GNU_EH_FRAME) frames = part;
        if (part->p_type == PT_LOAD &&
            search->address - (object->dlpi_addr + part->p_vaddr) < part->p_memsz)
            holder = part;
    }
    if (!holder) return 0;
    if (!frames) return -1;
    uintptr_t start = object->dlpi_addr + holder->p_vaddr;
    search->result->dlfo_flags = 0;
    search->result->dlfo_map_start = (void *)start;
    search->result->dlfo_map_end = (void *)(start + holder->p_memsz);
    search->result->dlfo_link_map = NULL;
    search->result->dlfo_eh_frame = (void *)(object->dlpi_addr + frames->p_vaddr);
    return 1;
}

// _dl_find_object@GLIBC_2.35, for the unwinder of C++ exceptions in libgcc_eh: the same answer by
// the older, slower way.
int _dl_find_object(void *address, struct dl_find_object *result) {
    struct search search = {(uintptr_t)address, result};
    return dl_iterate_phdr(visit, &search) == 1 ? 0 : -1;
}

// What the libcurl of scripts/libcurl calls in place of OPENSSL_init_ssl when the process starts.
// OpenSSL initialises itself at its first use (OPENSSL_init_ssl(3)); a function's first request is
// plain HTTP, and most functions never speak TLS.
int ttsr_openssl_init_at_first_use(uint64_t options, const void *settings) {
    (void)options;
    (void)settings;
    return 1;
}

// What libmicrohttpd calls in place of GnuTLS: when it initialises itself, and never again, since
// the emulator serves plain HTTP.
int ttsr_no_tls(void) { return 0; }
