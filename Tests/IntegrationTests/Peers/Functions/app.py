"""A function on AWS's own runtime for Python. What it does stands in the event, as in function.c."""
import json
import os
import signal
import subprocess
import sys


class Asked(Exception):
    """The error that a caller asked for."""


def handler(event, context):
    text = json.dumps(event)
    if "do-error" in text:
        raise Asked("as asked")
    if "do-crash" in text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "do-exit" in text:
        os._exit(7)
    if "do-hang" in text:
        signal.pause()
    if "do-print" in text:
        print("to standard output", flush=True)
        print("to standard error", file=sys.stderr, flush=True)
    if "do-hold" in text:
        open(os.environ["HOLD"], encoding="utf-8").close()
    for part in text.split("do-mark=")[1:]:
        mark = part.split('"')[0]
        with open(os.environ["MARKS"], "a", encoding="utf-8") as marks:
            marks.write(mark + "\n")
    answer = {
        "language": "Python",
        "pid": os.getpid(),
        "requestId": context.aws_request_id,
        "functionName": context.function_name,
        "remainingMs": context.get_remaining_time_in_millis(),
        "event": event,
    }
    if "do-environment" in text:
        answer["environment"] = dict(os.environ)
    if "do-tool" in text:
        answer["tool"] = subprocess.run(
            ["gallery-tool"], check=True, stdout=subprocess.PIPE, text=True).stdout
    if "httpMethod" in event:
        return {"statusCode": 200, "body": json.dumps(answer)}
    return answer
