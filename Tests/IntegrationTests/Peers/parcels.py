"""boto3 and the emulator's clock drive the parcel service's template."""
import json
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import requests
from checks import advance, check, client, equal, given, run

sqs = client("sqs")


def ledger(function):
    """What a function has written down."""
    with open(given["ledger"], encoding="utf-8") as lines:
        return [what for name, what in map(json.loads, lines) if name == function]


def queue(name):
    return sqs.get_queue_url(QueueName=name)["QueueUrl"]


def take(name):
    """All messages of a queue, which are deleted."""
    taken = []
    while True:
        messages = sqs.receive_message(
            QueueUrl=queue(name), MaxNumberOfMessages=10, AttributeNames=["All"],
            MessageAttributeNames=["All"]).get("Messages", [])
        if not messages:
            return taken
        taken += messages
        sqs.delete_message_batch(QueueUrl=queue(name), Entries=[
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(messages)])


def is_empty(name):
    counts = sqs.get_queue_attributes(QueueUrl=queue(name), AttributeNames=[
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"])["Attributes"]
    return set(counts.values()) == {"0"}


def emulator(path):
    return requests.get(given["url"] + "/_emulator/" + path).json()


@check
def a_damaged_parcel_is_found_by_halves_and_given_up():
    advance("1m")
    equal(ledger("index"), [
        ["a", "b", "damaged", "c"], ["a", "b"], ["damaged", "c"], ["damaged"], ["damaged"], ["c"]])
    [message] = take("UnindexedQueue")
    record = json.loads(message["Body"])
    equal(record["requestContext"]["condition"], "RetryAttemptsExhausted")
    equal(record["requestContext"]["approximateInvokeCount"], 2)
    equal(record["DDBStreamBatchInfo"]["batchSize"], 1)
    equal(record["DDBStreamBatchInfo"]["startSequenceNumber"], "3")


@check
def a_broken_order_comes_again_alone_and_becomes_a_dead_letter():
    orders = [
        {"id": "o1", "kind": "order", "weight": 30, "country": "NZ"},
        {"id": "o2", "kind": "order", "weight": 2, "country": "PE", "broken": True},
        {"id": "o3", "kind": "order", "weight": 31, "country": "PE"},
        {"id": "o4", "kind": "order", "weight": 1, "country": "XX"},
        {"id": "o5", "kind": "express-night"},
        {"id": "o6", "kind": "express-night", "gift": True},
        {"id": "o7", "kind": "question"},
    ]
    sqs.send_message_batch(QueueUrl=queue("local-orders"), Entries=[
        {"Id": order["id"], "MessageBody": json.dumps(order)} for order in orders])
    advance("30s")
    taken = [["o1", 1], ["o2", 1], ["o5", 1]]
    equal(ledger("order"), taken)
    advance("30m")
    equal(ledger("order"), taken + [["o2", 2], ["o2", 3]])
    assert is_empty("local-orders")
    [letter] = take("LostOrderQueue")
    equal(json.loads(letter["Body"])["id"], "o2")
    assert letter["Attributes"]["DeadLetterQueueSourceArn"].endswith(":local-orders"), letter


@check
def scans_stay_in_order_whatever_fails():
    scans = [("p", "p1"), ("q", "q1"), ("p", "p2 smudged"), ("q", "q2"), ("p", "p3"), ("q", "q3")]
    sqs.send_message_batch(QueueUrl=queue("scans.fifo"), Entries=[
        {"Id": str(number), "MessageBody": body, "MessageGroupId": group}
        for number, (group, body) in enumerate(scans)])
    advance("30m")
    for name in ["p", "q"]:
        equal([body for group, body in ledger("scan") if group == name],
              [body for group, body in scans if group == name])
    assert is_empty("scans.fifo")


@check
def what_became_of_an_event_is_told():
    api = client("lambda")
    sent, bounced = {"to": "a"}, {"to": "b", "bounces": True}
    ids = [
        api.invoke(FunctionName="customer", InvocationType="Event", Payload=json.dumps(event))[
            "ResponseMetadata"]["RequestId"] for event in [sent, bounced]]
    advance("2m")
    equal([event for event in ledger("customer") if event == sent], [sent])
    equal([event for event in ledger("customer") if event == bounced], [bounced] * 2)

    [message] = take("SentQueue")
    record = json.loads(message["Body"])
    equal(record["requestContext"]["requestId"], ids[0])
    equal(record["requestContext"]["condition"], "Success")
    equal((record["requestPayload"], record["responsePayload"]), (sent, {"sent": "a"}))

    [record] = ledger("alarm")
    equal(record["requestContext"]["requestId"], ids[1])
    equal(record["requestContext"]["condition"], "RetriesExhausted")
    equal(record["requestContext"]["approximateInvokeCount"], 2)
    equal(record["requestPayload"], bounced)
    equal(record["responsePayload"]["errorType"], "ValueError")

    [letter] = take("UndeliverableQueue")
    equal(json.loads(letter["Body"]), bounced)
    equal(letter["MessageAttributes"]["RequestID"]["StringValue"], ids[1])
    equal(letter["MessageAttributes"]["ErrorMessage"]["StringValue"], "no such address")


def text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


@check
def reports_are_made_by_the_clock():
    first = {schedule["name"]: datetime.fromtimestamp(schedule["nextMs"] / 1_000, timezone.utc)
             for schedule in emulator("schedules")["schedules"]}
    equal(ledger("report"), [])
    records = []
    # Half a queue's retention period at a time.
    for _ in range(4):
        advance("2d")
        records += take("ReportFunctionOnSuccessQueue")
    now = datetime.fromtimestamp(emulator("clock")["unixMs"] / 1_000, timezone.utc)
    reports = ledger("report")

    def times(name):
        return [report["at"] for report in reports if report.get("report") == name]
    depot = ZoneInfo("America/New_York")
    day = first["ReportFunctionMorning"].astimezone(depot)
    equal((day.hour, day.minute), (6, 30))
    mornings = [day + timedelta(days=count) for count in range(9)]
    equal(times("morning"), [
        text(morning.astimezone(timezone.utc)) for morning in mornings
        if morning.weekday() < 5 and morning <= now])
    equal(times("opening"), [given["opening"]])
    sundays = [report for report in reports if report == {"report": "sunday"}]
    equal(len(sundays), len([count for count in range(2) if
                             first["SundayRule"] + timedelta(weeks=count) <= now]))

    backlogs = [report for report in reports if report.get("source") == "aws.events"]
    equal([report["time"] for report in backlogs], [
        text(first["ReportFunctionBacklog"] + timedelta(days=count)) for count in range(8)])
    equal(backlogs[0]["detail-type"], "Scheduled Event")
    equal(backlogs[0]["resources"],
          ["arn:aws:events:us-east-1:123456789012:rule/ReportFunctionBacklog"])
    # The queue that SAM makes for a destination by itself.
    equal(len(records), len(reports))


run()
