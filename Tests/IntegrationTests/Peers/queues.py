"""boto3 drives the queues of a template, and finds the dead letters of the function c."""
import hashlib
import json
import struct
import threading

from botocore.exceptions import ClientError
from checks import advance, check, client, equal, raises, run

sqs = client("sqs")
orders, dead, ledger, failed = (
    sqs.get_queue_url(QueueName=name)["QueueUrl"]
    for name in ["orders", "dead-orders", "ledger.fifo", "failed"])
ARN = "arn:aws:sqs:us-east-1:123456789012:"


def md5(data):
    return hashlib.md5(data).hexdigest()


def receive(queue=orders, **parameters):
    return sqs.receive_message(QueueUrl=queue, **parameters).get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


def delete(messages, queue=orders):
    for message in messages:
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def counts(queue=orders):
    names = ["ApproximateNumberOfMessages" + suffix for suffix in ["", "NotVisible", "Delayed"]]
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return [int(found[name]) for name in names]


@check
def queues_are_found_by_their_names():
    assert orders.endswith("/123456789012/orders"), orders
    equal(sorted(sqs.list_queues()["QueueUrls"]), sorted([orders, dead, ledger, failed]))
    equal(sqs.list_queues(QueueNamePrefix="dead")["QueueUrls"], [dead])
    raises(sqs.exceptions.QueueDoesNotExist, sqs.get_queue_url, QueueName="nowhere")
    raises(sqs.exceptions.QueueDoesNotExist, sqs.receive_message, QueueUrl=orders + "x")
    equal(sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"], [orders])


@check
def a_queue_has_the_attributes_of_its_template():
    found = sqs.get_queue_attributes(QueueUrl=orders, AttributeNames=["All"])["Attributes"]
    equal(found["QueueArn"], ARN + "orders")
    equal(found["VisibilityTimeout"], "45")
    equal(found["DelaySeconds"], "0")
    equal(found["MessageRetentionPeriod"], "345600")
    equal(json.loads(found["RedrivePolicy"]),
          {"deadLetterTargetArn": ARN + "dead-orders", "maxReceiveCount": 2})
    assert "FifoQueue" not in found
    found = sqs.get_queue_attributes(
        QueueUrl=ledger, AttributeNames=["FifoQueue", "ContentBasedDeduplication"])["Attributes"]
    equal(found, {"FifoQueue": "true", "ContentBasedDeduplication": "true"})
    raises(sqs.exceptions.InvalidAttributeName, sqs.get_queue_attributes,
           QueueUrl=orders, AttributeNames=["Nonsense"])


@check
def a_message_arrives_with_its_attributes_and_digests():
    sent = sqs.send_message(QueueUrl=orders, MessageBody="größe 🙂", MessageAttributes={
        "text": {"DataType": "String", "StringValue": "ä"},
        "count": {"DataType": "Number", "StringValue": "-1.5"},
        "bytes": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff"},
    })
    equal(sent["MD5OfMessageBody"], md5("größe 🙂".encode()))
    # As the guide says: name, type, 1 for text or 2 for bytes, value; each with its length.
    expected = b""
    for name, kind, code, value in [
            (b"bytes", b"Binary.png", b"\x02", b"\x00\xff"),
            (b"count", b"Number", b"\x01", b"-1.5"), (b"text", b"String", b"\x01", "ä".encode())]:
        for part, mark in [(name, b""), (kind, code), (value, b"")]:
            expected += struct.pack(">I", len(part)) + part + mark
    equal(sent["MD5OfMessageAttributes"], md5(expected))
    [message] = receive(MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"])
    equal(message["MessageId"], sent["MessageId"])
    equal(message["Body"], "größe 🙂")
    equal(message["MD5OfBody"], sent["MD5OfMessageBody"])
    equal(message["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"])
    equal(message["MessageAttributes"]["bytes"]["BinaryValue"], b"\x00\xff")
    equal(message["Attributes"]["ApproximateReceiveCount"], "1")
    equal(counts(), [0, 1, 0])
    delete([message])
    equal(counts(), [0, 0, 0])


@check
def the_largest_message_is_taken_whatever_its_characters():
    text = "ä" * (1 << 19)
    sqs.send_message(QueueUrl=orders, MessageBody=text)
    [message] = receive()
    assert message["Body"] == text
    delete([message])


@check
def a_batch_is_sent_received_and_deleted():
    entries = [{"Id": str(number), "MessageBody": f"m{number}"} for number in range(9)]
    answer = sqs.send_message_batch(
        QueueUrl=orders, Entries=entries + [{"Id": "bad", "MessageBody": "\x00"}])
    equal([entry["Id"] for entry in answer["Successful"]], [str(number) for number in range(9)])
    [refused] = answer["Failed"]
    equal((refused["Id"], refused["Code"], refused["SenderFault"]),
          ("bad", "InvalidMessageContents", True))
    messages = receive(MaxNumberOfMessages=10)
    equal(bodies(messages), [entry["MessageBody"] for entry in entries])
    handles = [{"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
               for number, message in enumerate(messages)]
    changed = sqs.change_message_visibility_batch(
        QueueUrl=orders, Entries=[entry | {"VisibilityTimeout": 0} for entry in handles[:2]])
    equal(len(changed["Successful"]), 2)
    equal(counts(), [2, 7, 0])
    answer = sqs.delete_message_batch(
        QueueUrl=orders, Entries=handles + [{"Id": "bad", "ReceiptHandle": "nonsense"}])
    equal([entry["Id"] for entry in answer["Successful"]], [str(number) for number in range(9)])
    equal(answer["Failed"][0]["Code"], "ReceiptHandleIsInvalid")
    equal(counts(), [0, 0, 0])
    raises(sqs.exceptions.BatchEntryIdsNotDistinct, sqs.send_message_batch,
           QueueUrl=orders, Entries=[{"Id": "a", "MessageBody": "x"}] * 2)
    raises(sqs.exceptions.EmptyBatchRequest, sqs.send_message_batch, QueueUrl=orders, Entries=[])


@check
def a_receiver_waits_for_a_message():
    received = []
    waiter = threading.Thread(target=lambda: received.extend(
        client("sqs").receive_message(QueueUrl=orders, WaitTimeSeconds=20)["Messages"]))
    waiter.start()
    sqs.send_message(QueueUrl=orders, MessageBody="at last")
    waiter.join()
    equal(bodies(received), ["at last"])
    delete(received)
    equal(receive(WaitTimeSeconds=1), [])


@check
def a_delayed_message_comes_later():
    sqs.send_message(QueueUrl=orders, MessageBody="later", DelaySeconds=900)
    equal((receive(), counts()), ([], [0, 0, 1]))
    advance("15m")
    messages = receive()
    equal(bodies(messages), ["later"])
    delete(messages)


@check
def visibility_is_changed():
    sqs.send_message(QueueUrl=orders, MessageBody="seen")
    [first] = receive()
    equal(receive(), [])

    def change(message, seconds):
        return sqs.change_message_visibility(
            QueueUrl=orders, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=seconds)
    change(first, 600)
    advance("5m")
    equal(receive(), [])
    change(first, 0)
    raises(sqs.exceptions.MessageNotInflight, change, message=first, seconds=10)
    [second] = receive(VisibilityTimeout=5)
    # The former delivery's handle does not delete what was delivered again.
    delete([first])
    equal(counts(), [0, 1, 0])
    delete([second])
    equal(counts(), [0, 0, 0])


@check
def what_is_received_too_often_is_a_dead_letter():
    sent = sqs.send_message(QueueUrl=orders, MessageBody="unloved")
    for count in ["1", "2"]:
        [message] = receive(AttributeNames=["ApproximateReceiveCount"])
        equal(message["Attributes"], {"ApproximateReceiveCount": count})
        advance("45s")
    equal(receive(), [])
    [message] = receive(dead, AttributeNames=["All"])
    equal((message["MessageId"], message["Body"]), (sent["MessageId"], "unloved"))
    equal(message["Attributes"]["DeadLetterQueueSourceArn"], ARN + "orders")
    delete([message], dead)


@check
def a_purged_queue_is_empty():
    for number in range(3):
        sqs.send_message(QueueUrl=orders, MessageBody=str(number))
    receive()
    sqs.purge_queue(QueueUrl=orders)
    equal(counts(), [0, 0, 0])


@check
def a_FIFO_queue_keeps_the_order_of_each_group():
    def send(body, group):
        return sqs.send_message(QueueUrl=ledger, MessageBody=body, MessageGroupId=group)
    numbers = [send(body, body[0])["SequenceNumber"] for body in ["a1", "b1", "a2", "a3", "b2"]]
    equal(numbers, sorted(numbers))
    first = receive(ledger, AttributeNames=["All"])
    equal(bodies(first), ["a1"])
    equal(first[0]["Attributes"]["MessageGroupId"], "a")
    equal(first[0]["Attributes"]["SequenceNumber"], numbers[0])
    others = receive(ledger, MaxNumberOfMessages=10)
    equal(bodies(others), ["b1", "b2"])
    equal(receive(ledger), [])
    delete(first, ledger)
    rest = receive(ledger, MaxNumberOfMessages=10)
    equal(bodies(rest), ["a2", "a3"])
    delete(others + rest, ledger)


@check
def a_FIFO_queue_takes_a_message_once_in_five_minutes():
    def send(body, **parameters):
        return sqs.send_message(
            QueueUrl=ledger, MessageBody=body, MessageGroupId="g", **parameters)["MessageId"]
    first = send("same")
    equal(send("same"), first)
    equal(send("other", MessageDeduplicationId="1"), send("another", MessageDeduplicationId="1"))
    messages = receive(ledger, MaxNumberOfMessages=10)
    equal(bodies(messages), ["same", "other"])
    delete(messages, ledger)
    equal((send("same"), receive(ledger)), (first, []))
    advance("5m")
    assert send("same") != first
    delete(receive(ledger), ledger)
    error = raises(ClientError, sqs.send_message, QueueUrl=ledger, MessageBody="x")["Error"]
    equal(error["Code"], "MissingParameter")


@check
def what_is_not_permitted_is_refused():
    for call, parameters in [
            (sqs.receive_message, {"MaxNumberOfMessages": 11}),
            (sqs.receive_message, {"WaitTimeSeconds": 21}),
            (sqs.send_message, {"MessageBody": "x", "DelaySeconds": 901}),
            (sqs.send_message, {"MessageBody": "x" * (1 << 20) + "x"}),
    ]:
        error = raises(ClientError, call, QueueUrl=orders, **parameters)
        equal(error["ResponseMetadata"]["HTTPStatusCode"], 400)
        equal(error["Error"]["Code"], "InvalidParameterValue")
    equal(counts(), [0, 0, 0])


@check
def a_failed_event_is_a_dead_letter_after_its_retries():
    event = {"order": 7, "what": "do-error"}
    answer = client("lambda").invoke(
        FunctionName="c", InvocationType="Event", Payload=json.dumps(event).encode())
    equal(answer["StatusCode"], 202)
    advance("1m")
    equal(receive(failed), [])
    fired = advance("2m")
    assert "attempt 3" in fired and "Function.Asked" in fired, fired
    [message] = receive(failed, MessageAttributeNames=["All"])
    equal(json.loads(message["Body"]), event)
    equal({name: value["StringValue"] for name, value in message["MessageAttributes"].items()}, {
        "RequestID": answer["ResponseMetadata"]["RequestId"], "ErrorCode": "200",
        "ErrorMessage": "as asked"})
    delete([message], failed)


run()
