"""Lambda authorizers of a REST API (by its token) and of an HTTP API (with simple answers)."""


def handler(event, _):
    if event.get("version") == "2.0":
        key = event["headers"].get("x-key")
        return {"isAuthorized": key == "open sesame", "context": {"who": "friend"}}
    effects = {"Bearer member": "Allow", "Bearer stranger": "Deny"}
    token = event["authorizationToken"]
    if token not in effects:
        raise Exception("Unauthorized")  # pylint: disable=broad-exception-raised
    return {
        "principalId": "member-1",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{
                "Action": "execute-api:Invoke", "Effect": effects[token],
                "Resource": event["methodArn"].split("/")[0] + "/*",
            }],
        },
        "context": {"level": 3},
    }
