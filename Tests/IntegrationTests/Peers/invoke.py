"""boto3 drives the Invoke API of a template that has the functions c, c-closed and c-narrow."""
import base64
import concurrent.futures
import json
import os
import uuid

import requests
from checks import check, client, equal, given, raises, run

api = client("lambda")
ARN = "arn:aws:lambda:us-east-1:123456789012:function:c"


def invoke(payload, **parameters):
    return api.invoke(
        **{"FunctionName": "c", "Payload": json.dumps(payload).encode()} | parameters)


@check
def a_synchronous_call_is_answered():
    answer = invoke({"greeting": "hello"})
    equal(answer["StatusCode"], 200)
    equal(answer["ExecutedVersion"], "$LATEST")
    assert "FunctionError" not in answer and "LogResult" not in answer
    body = json.load(answer["Payload"])
    equal(body["event"], {"greeting": "hello"})
    equal(body["requestId"], answer["ResponseMetadata"]["RequestId"])
    equal(body["requestId"], str(uuid.UUID(body["requestId"])))


@check
def a_function_goes_by_each_of_its_names():
    for name in ["c", "c:$LATEST", "123456789012:function:c", ARN, ARN + ":$LATEST"]:
        equal(json.load(invoke("x", FunctionName=name)["Payload"])["event"], "x")
    equal(invoke("x", Qualifier="$LATEST")["ExecutedVersion"], "$LATEST")


@check
def no_payload_is_an_empty_event():
    body = json.load(api.invoke(FunctionName="c")["Payload"])
    equal(body["event"], {})


@check
def the_answer_null_is_passed_on():
    equal(invoke("do-null")["Payload"].read(), b"null")


@check
def an_error_of_the_function_is_told():
    answer = invoke("do-error")
    equal(answer["StatusCode"], 200)
    equal(answer["FunctionError"], "Unhandled")
    equal(json.load(answer["Payload"]), {"errorMessage": "as asked", "errorType": "Asked"})


@check
def a_crash_of_the_function_is_told():
    answer = invoke("do-crash")
    equal(answer["FunctionError"], "Unhandled")
    body = json.load(answer["Payload"])
    equal(body["errorType"], "Runtime.ExitError")
    assert body["errorMessage"].endswith("signal: segmentation fault"), body


@check
def the_log_tail_is_given():
    answer = invoke("do-print", LogType="Tail")
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    request_id = answer["ResponseMetadata"]["RequestId"]
    equal(lines[0], f"START RequestId: {request_id} Version: $LATEST")
    equal(sorted(lines[1:3]), ["to standard error", "to standard output"])
    equal(lines[3], f"END RequestId: {request_id}")
    assert lines[4].startswith(f"REPORT RequestId: {request_id}\tDuration: "), lines


@check
def a_client_context_arrives_decoded():
    context = {"custom": {"key": "ä"}, "env": {}}
    encoded = base64.b64encode(json.dumps(context).encode()).decode()
    body = json.load(invoke({}, ClientContext=encoded)["Payload"])
    equal(body["clientContext"], context)


@check
def a_client_context_is_JSON_in_base64_and_short():
    long = base64.b64encode(b'"' + b"x" * 2700 + b'"').decode()
    for text in [long, "no base 64!", base64.b64encode(b"no JSON").decode()]:
        raises(
            api.exceptions.InvalidRequestContentException, invoke, payload={}, ClientContext=text)


@check
def an_event_is_accepted_and_has_its_effect():
    answer = invoke("do-mark=event-1", InvocationType="Event")
    equal(answer["StatusCode"], 202)
    equal(answer["Payload"].read(), b"")
    while True:
        # It is run after the answer: a moment later, and the caller's time limit bounds the wait.
        with open(given["marks"], encoding="utf-8") as marks:
            if "event-1\n" in marks.readlines():
                break


@check
def a_dry_run_runs_nothing():
    answer = invoke("do-mark=dry", InvocationType="DryRun")
    equal(answer["StatusCode"], 204)
    with open(given["marks"], encoding="utf-8") as marks:
        assert "dry" not in marks.read()


@check
def an_unknown_function_is_not_found():
    response = raises(
        api.exceptions.ResourceNotFoundException, invoke, payload={}, FunctionName="nowhere")
    equal(response["ResponseMetadata"]["HTTPStatusCode"], 404)
    equal(response["Error"]["Message"], "Function not found: " + ARN[:-1] + "nowhere")
    equal(response["Type"], "User")


@check
def too_large_an_event_is_refused():
    for kind, size in [("RequestResponse", 6 << 20), ("Event", 1 << 20)]:
        response = raises(
            api.exceptions.RequestTooLargeException, invoke, payload="x" * size,
            InvocationType=kind)
        equal(response["ResponseMetadata"]["HTTPStatusCode"], 413)
    body = json.load(invoke("do-mark=x" + "x" * ((6 << 20) - 12))["Payload"])
    equal(body["errorType"], "Function.ResponseSizeTooLarge")


@check
def too_large_an_answer_is_an_error():
    answer = invoke("do-big")
    equal(answer["StatusCode"], 200)
    equal(answer["FunctionError"], "Unhandled")
    equal(json.load(answer["Payload"]), {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size "
                        "(6291556 bytes)."})
    equal(json.load(invoke("x")["Payload"])["event"], "x")


@check
def what_is_not_JSON_is_refused():
    response = raises(
        api.exceptions.InvalidRequestContentException, api.invoke, FunctionName="c",
        Payload=b"{nonsense")
    equal(response["ResponseMetadata"]["HTTPStatusCode"], 400)
    assert response["Error"]["Message"].startswith("Could not parse request body into json:")


def in_flight(function):
    health = requests.get(given["url"] + "/_emulator/health", timeout=60).json()
    return next(one["inFlight"] for one in health["functions"] if one["name"] == function)


def is_throttled(function):
    response = raises(
        api.exceptions.TooManyRequestsException, invoke, payload={}, FunctionName=function)
    equal(response["ResponseMetadata"]["HTTPStatusCode"], 429)
    equal(response["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded")
    equal(response["Error"]["Message"], "Rate Exceeded.")


@check
def a_closed_function_is_throttled():
    is_throttled("c-closed")


@check
def a_function_whose_reserved_concurrency_is_full_is_throttled():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        first = pool.submit(invoke, "do-hold", FunctionName="c-narrow")
        while in_flight("c-narrow") == 0:
            pass
        is_throttled("c-narrow")
        # Waits until the function has opened the other end.
        os.close(os.open(given["hold"], os.O_WRONLY))
        equal(json.load(first.result()["Payload"])["event"], "do-hold")
    equal(json.load(invoke("x", FunctionName="c-narrow")["Payload"])["event"], "x")


run()
