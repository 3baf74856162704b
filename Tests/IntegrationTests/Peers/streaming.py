"""boto3 takes a function's answer while it is made; the template has the function c."""
import base64
import json
import os

from checks import check, client, equal, given, raises, run

api = client("lambda")


def invoke(payload, **parameters):
    answer = api.invoke_with_response_stream(
        **{"FunctionName": "c", "Payload": json.dumps(payload).encode()} | parameters)
    equal(answer["StatusCode"], 200)
    equal(answer["ExecutedVersion"], "$LATEST")
    return answer["EventStream"]


def taken(payload, **parameters):
    """The pieces in one, and the event at the end of them."""
    events = list(invoke(payload, **parameters))
    equal([list(event) for event in events[-1:]], [["InvokeComplete"]])
    pieces = [event["PayloadChunk"]["Payload"] for event in events[:-1]]
    return b"".join(pieces), events[-1]["InvokeComplete"]


@check
def a_stream_is_passed_on():
    equal(taken("do-stream"), (b"piece 1;piece 2;piece 3;", {}))


@check
def pieces_come_before_the_function_has_made_the_next():
    events = iter(invoke("do-stream do-hold"))
    equal(next(events)["PayloadChunk"]["Payload"], b"piece 1;")
    # Only now the function goes on.
    hold = os.open(given["hold"], os.O_RDWR)
    rest = list(events)
    os.close(hold)
    equal(b"".join(event["PayloadChunk"]["Payload"] for event in rest[:-1]), b"piece 2;piece 3;")


@check
def an_answer_in_one_is_a_stream_too():
    body, complete = taken({"greeting": "hello"})
    equal(json.loads(body)["event"], {"greeting": "hello"})
    equal(complete, {})


@check
def an_error_in_the_middle_comes_after_the_pieces():
    body, complete = taken("do-break")
    equal(body, b"piece 1;piece 2;piece 3;")
    equal(complete["ErrorCode"], "Function.Asked")
    equal(json.loads(complete["ErrorDetails"]),
          {"errorMessage": "as asked", "errorType": "Asked"})


@check
def an_error_without_a_piece_is_told_at_the_end():
    for payload, code in [("do-error", "Function.Asked"), ("do-crash", "Runtime.ExitError")]:
        body, complete = taken(payload)
        equal(body, b"")
        equal(complete["ErrorCode"], code)
        assert "errorMessage" in json.loads(complete["ErrorDetails"])


@check
def the_log_tail_comes_at_the_end():
    _, complete = taken("do-print", LogType="Tail")
    assert b"to standard output\n" in base64.b64decode(complete["LogResult"])


@check
def an_unknown_function_is_not_found():
    raises(api.exceptions.ResourceNotFoundException, api.invoke_with_response_stream,
           FunctionName="nowhere")


run()
