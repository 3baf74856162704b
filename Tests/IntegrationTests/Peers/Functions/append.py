#!/usr/bin/env python3
"""A function on the Runtime API alone: appends each invocation's id and event to a file."""
import http.client
import os

invocation = "/2018-06-01/runtime/invocation/"
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
file = os.open(os.environ["APPEND_TO"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
while True:
    connection.request("GET", invocation + "next")
    response = connection.getresponse()
    event = response.read().decode()
    identifier = response.headers["Lambda-Runtime-Aws-Request-Id"]
    os.write(file, f"{identifier} {event}\n".encode())
    connection.request("POST", f"{invocation}{identifier}/response", body="null")
    connection.getresponse().read()
