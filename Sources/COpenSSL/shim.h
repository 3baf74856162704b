#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

/// Necessary because the macro is an expression over other macros, which Swift does not import.
static const int ttsr_EVP_PKEY_PUBLIC_KEY = EVP_PKEY_PUBLIC_KEY;
