"""What the scripts that drive the emulator share: named checks, run in their order.

Reads {"url", "tool", ...} from standard input; prints the name of each check that held.
"""
import json
import subprocess
import sys
import traceback

import boto3
from botocore.config import Config

given = json.load(sys.stdin)
_checks = []


def client(service, **options):
    """A client of AWS's that takes the emulator for AWS, and tries nothing twice."""
    return boto3.client(
        service, endpoint_url=given["url"], region_name="us-east-1",
        aws_access_key_id="local", aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=60, **options))


def advance(time):
    """Puts the emulator's clock ahead; what the command prints of what it fired."""
    return subprocess.run(
        [given["tool"], "clock", "advance", time, "--url", given["url"]],
        check=True, stdout=subprocess.PIPE, text=True).stdout


def check(function):
    _checks.append(function)
    return function


def run():
    failures = 0
    for function in _checks:
        name = function.__name__.replace("_", " ")
        try:
            function()
            print(name, flush=True)
        except Exception:  # pylint: disable=broad-except
            failures += 1
            print(f"{name}:", traceback.format_exc(limit=-3), file=sys.stderr)
    sys.exit(1 if failures else 0)


def equal(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def raises(error, call, **parameters):
    """The response of a call that must fail with an error of the service's model."""
    try:
        call(**parameters)
    except error as failure:
        return failure.response
    raise AssertionError(f"{error.__name__} was not raised")
