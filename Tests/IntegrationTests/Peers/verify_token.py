"""Verifies an access token with PyJWT and the published key set.

Reads {"token", "jwks"} from standard input; prints the client and its scope.
"""
import json
import sys

import jwt

given = json.load(sys.stdin)
header = jwt.get_unverified_header(given["token"])
assert header["typ"] == "at+jwt", header
keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(given["jwks"]).keys}
claims = jwt.decode(
    given["token"], keys[header["kid"]].key, algorithms=["RS256"], audience="ttsr-api", issuer="ttsr"
)
assert claims["exp"] - claims["iat"] <= 3600
print(claims["client_id"], claims["scope"])
