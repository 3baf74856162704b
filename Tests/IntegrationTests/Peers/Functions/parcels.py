"""The functions of a parcel service: each writes down what it was given, and fails as it is told."""
import json
import os


def write(function, what):
    with open(os.environ["LEDGER"], "a", encoding="utf-8") as ledger:
        ledger.write(json.dumps([function, what]) + "\n")


def order(event, _):
    failures = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        write("order", [body["id"], int(record["attributes"]["ApproximateReceiveCount"])])
        if body.get("broken"):
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def scan(event, _):
    for record in event["Records"]:
        is_first = record["attributes"]["ApproximateReceiveCount"] == "1"
        if "smudged" in record["body"] and is_first:
            raise ValueError("cannot be read")
    for record in event["Records"]:
        write("scan", [record["attributes"]["MessageGroupId"], record["body"]])


def customer(event, _):
    write("customer", event)
    if "bounces" in event:
        raise ValueError("no such address")
    return {"sent": event["to"]}


def alarm(event, _):
    write("alarm", event)


def report(event, _):
    write("report", event)


def index(event, _):
    parcels = [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]
    write("index", parcels)
    if "damaged" in parcels:
        raise ValueError("cannot be indexed")
