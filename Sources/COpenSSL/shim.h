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

/// Necessary because a parameter keeps the pointer of its name, and the pointer that Swift makes of
/// a string macro is valid during the call only.
static inline const char *ttsr_mac_digest_name(void) { return OSSL_MAC_PARAM_DIGEST; }

/// Necessary for the same reason.
static inline const char *ttsr_rsa_modulus_name(void) { return OSSL_PKEY_PARAM_RSA_N; }

/// Necessary for the same reason.
static inline const char *ttsr_rsa_exponent_name(void) { return OSSL_PKEY_PARAM_RSA_E; }
