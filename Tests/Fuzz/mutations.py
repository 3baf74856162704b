"""Requests that are nearly right: bases, and what is done to them.

Everything comes out of one random.Random, so that a seed makes the same bytes again.
"""
import json

NUL = b"\0"
NUMBERS = [
    b"0", b"-1", b"+5", b"5 ", b"0x10", b"1e3", b"18446744073709551616", b"9223372036854775808",
    b"4294967295", b"99999999", b"", b"5, 5", b"5,6", b"\xff",
]
CHUNK_SIZES = [
    b"FFFFFFFFFFFFFFFF", b"FFFFFFFFFFFFFFFFF", b"-1", b"0x5", b"g", b"", b" 5", b"5 ", b"5;a=b",
    b"5;" + b"a" * 70_000, b"00000000000000000005", b"7FFFFFFF", b"80000000",
]
PATHS = [
    b"/", b"*", b"//", b"/../..", b"/%", b"/%00", b"/%2", b"/%zz", b"/%ff%fe", b"/a?%", b"/?",
    b"http://127.0.0.1/sane/x", b"127.0.0.1:80", b"/sane/" + b"a" * 40_000, b"/sane/\xc3\xa4",
    b"/sane/x?" + b"&".join(b"k%d=v" % n for n in range(3_000)), b"/sane/x#y", b"/ /", b"\\",
]
NAMES = [
    b"Content-Length", b"Transfer-Encoding", b"Host", b"Connection", b"Expect", b"Trailer",
    b"Cookie", b"Content-Type", b"X-Amz-Invocation-Type", b"X-Amz-Client-Context", b"Origin",
    b"X-Amzn-Trace-Id", b"Lambda-Runtime-Function-Response-Mode", b"X-Amz-Target",
    b"Lambda-Runtime-Function-Error-Type", b"Upgrade", b"X", b"", b" ", b"\xff", b"A" * 30_000,
]
VALUES = [
    b"chunked", b"gzip, chunked", b"close", b"keep-alive", b"100-continue", b"streaming", b"Event",
    b"DryRun", b"Tail", b"\xff\xfe", b"a\tb", b"a\x00b", b"a\rb", b"", b"e30=", b"!", b"x" * 60_000,
    b"application/json", b"multipart/form-data", b"AmazonSQS.SendMessage", b"http://example.com",
    b"a=1; b=2", b";=;=", b"websocket", b"Function.Any", b"Lambda-Runtime-Function-Error-Type",
] + NUMBERS
BODIES = [
    b"", b"{}", b"null", b'"x"', b"[" * 600 + b"]" * 600, b"[" * 100_000, b'{"a":1,"a":2}',
    b"\xff\xfe", b'"\\ud800"', b"1e999999", b"{", b'{"QueueName": "q"}', b"\xef\xbb\xbf{}",
    b'{"statusCode": 200, "body": "x"}', b"x" * 1_000_000, b" " * 100, b'"do-error"',
]
# What stands for the id of an invocation that the instance has, and of one that it had.
ID, OLD_ID = b"@ID@", b"@OLD-ID@"
IDS = [
    ID, ID, ID, OLD_ID, b"00000000-0000-0000-0000-000000000000", b"", b"/", b"%00", b"a" * 9_000,
    ID + b"/response", ID[:-1], b"..", ID.lower(), b"\xff",
]


class Request:
    """A request in parts, each of which can be spoilt by itself."""

    def __init__(self, method, path, fields=(), body=b"", chunks=None, trailers=()):
        self.method, self.path, self.version = method, path, b"HTTP/1.1"
        self.fields, self.body, self.chunks = list(fields), body, chunks
        self.trailers, self.end_of_line = list(trailers), b"\r\n"
        if chunks is not None:
            self.fields.append((b"Transfer-Encoding", b"chunked"))
        elif body or method in (b"POST", b"PUT"):
            self.fields.append((b"Content-Length", b"%d" % len(body)))

    def bytes(self):
        lines = [b" ".join([self.method, self.path, self.version])]
        lines += [name + b": " + value for name, value in self.fields]
        head = self.end_of_line.join(lines + [b"", b""])
        if self.chunks is None:
            return head + self.body
        return head + b"".join(self.chunks) + b"0\r\n" + b"".join(
            name + b": " + value + b"\r\n" for name, value in self.trailers) + b"\r\n"


def chunk(data, size=None):
    return (size if size is not None else b"%x" % len(data)) + b"\r\n" + data + b"\r\n"


def front_request(random):
    """What a client may send to the emulator's own port."""
    host = (b"Host", b"127.0.0.1")
    body = random.choice(BODIES)
    function = random.choice([b"sane", b"sane", b"fuzzed", b"nowhere", b"arn:aws:lambda:x:1:f"])
    json_type = (b"Content-Type", b"application/json")
    kind = random.randrange(9)
    if kind == 0:
        return Request(
            random.choice([b"GET", b"HEAD", b"OPTIONS", b"DELETE", b"PATCH", b"get", b"G" * 900]),
            random.choice([b"/sane/x?a=1&a=2&b", b"/sane/%E2%82%AC", *PATHS]), [host])
    if kind == 1:
        return Request(b"POST", b"/sane/x", [host, json_type], body)
    if kind == 2:
        pieces = [body[n:n + 1000] for n in range(0, min(len(body), 9_000), 1000)]
        return Request(
            random.choice([b"POST", b"PUT"]), b"/sane/x", [host], chunks=[
                chunk(piece) for piece in pieces], trailers=[(b"X-Sum", b"1")])
    if kind in (3, 4):
        fields = [host, (b"X-Amz-Invocation-Type", random.choice(
            [b"RequestResponse", b"Event", b"DryRun", b"Other"]))]
        return Request(
            b"POST", b"/2015-03-31/functions/" + function + b"/invocations", fields, body)
    if kind == 5:
        return Request(
            b"POST", b"/2021-11-15/functions/" + function + b"/response-streaming-invocations",
            [host], body)
    if kind == 6:
        call = random.choice([
            b"SendMessage", b"ReceiveMessage", b"DeleteMessage", b"GetQueueUrl", b"ListQueues",
            b"SendMessageBatch", b"ChangeMessageVisibility", b"Nothing"])
        given = {"QueueUrl": "http://127.0.0.1/123456789012/jobs", "MessageBody": "x",
                 "QueueName": "jobs", "ReceiptHandle": "?", "Entries": [], "VisibilityTimeout": -1}
        return Request(
            b"POST", b"/", [host, (b"Content-Type", b"application/x-amz-json-1.0"),
                            (b"X-Amz-Target", b"AmazonSQS." + call)],
            random.choice([body, json.dumps(given).encode()]))
    if kind == 7:
        return Request(
            random.choice([b"GET", b"POST"]), b"/_emulator/" + random.choice([
                b"health", b"invocations", b"events", b"clock", b"", b"functions", b"logs",
                b"events/redrive", b"nothing?x=%"]), [host], b"")
    return Request(b"GET", random.choice([b"/lambda-url/sane/x", b"/x"]),
                   [(b"Host", b"sane.lambda-url.localhost")])


def runtime_request(random):
    """What a runtime, or an extension, may send to its instance's port."""
    base, host = b"/2018-06-01/runtime/", (b"Host", b"api")
    kind = random.randrange(10)
    path = base + b"invocation/" + random.choice(IDS)
    if kind < 2:
        return Request(b"GET", base + b"invocation/next", [host])
    if kind < 4:
        return Request(b"POST", path + b"/response", [host], random.choice(BODIES))
    if kind == 4:
        fields = [host, (b"Lambda-Runtime-Function-Error-Type", random.choice(VALUES))]
        return Request(b"POST", path + b"/error", fields, random.choice(BODIES))
    if kind < 7:
        fields = [
            host, (b"Lambda-Runtime-Function-Response-Mode", b"streaming"),
            (b"Content-Type", random.choice([
                b"text/plain", b"application/vnd.awslambda.http-integration-response"])),
            (b"Trailer", b"Lambda-Runtime-Function-Error-Type"),
        ]
        pieces = [random.choice([
            b"piece", b'{"statusCode": 200}' + NUL * 8, b'{"statusCode":', NUL * 9, b"x" * 5_000,
        ]) for _ in range(random.randrange(4))]
        trailers = random.choice([[], [
            (b"Lambda-Runtime-Function-Error-Type", b"Function.Any"),
            (b"Lambda-Runtime-Function-Error-Body", random.choice([b"e30=", b"!!", b"a" * 70_000])),
        ]])
        return Request(
            b"POST", path + b"/response", fields, chunks=[chunk(piece) for piece in pieces],
            trailers=trailers)
    if kind == 7:
        return Request(b"POST", base + b"init/error", [host], random.choice(BODIES))
    if kind == 8:
        return Request(
            random.choice([b"GET", b"POST", b"PUT"]), random.choice([
                b"/2020-01-01/extension/register", b"/2020-01-01/extension/event/next",
                b"/2020-01-01/extension/exit/error", b"/2022-07-01/telemetry",
                b"/2020-08-15/logs"]),
            [host, (b"Lambda-Extension-Name", random.choice([b"fuzz", b"", b"\xff"])),
             (b"Lambda-Extension-Identifier", random.choice(IDS))],
            random.choice([b'{"events":["INVOKE","SHUTDOWN"]}', *BODIES]))
    return Request(
        random.choice([b"GET", b"POST", b"DELETE"]),
        random.choice([b"/ping", base, base + b"restore/next", base + b"invocation/",
                       path, path + b"/other", *PATHS]), [host])


def spoil(random, request):
    """Does a few things to a request that should not be."""
    for _ in range(random.choice([0, 0, 1, 1, 2, 4])):
        kind = random.randrange(11)
        if kind == 0:
            request.fields.insert(
                random.randrange(len(request.fields) + 1),
                (random.choice(NAMES), random.choice(VALUES)))
        elif kind == 1 and request.fields:
            at = random.randrange(len(request.fields))
            request.fields[at] = (request.fields[at][0], random.choice(VALUES))
        elif kind == 2:
            request.fields = [
                (name, random.choice(NUMBERS) if name == b"Content-Length" else value)
                for name, value in request.fields]
        elif kind == 3:
            request.path = random.choice(PATHS)
        elif kind == 4:
            request.version = random.choice(
                [b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.2", b"HTTP", b"", b"HTTP/1.1 x"])
        elif kind == 5:
            request.end_of_line = random.choice([b"\n", b"\r", b"\r\n\r\n", b"\r\n "])
        elif kind == 6 and request.chunks:
            at = random.randrange(len(request.chunks))
            request.chunks[at] = random.choice([
                chunk(b"12345", random.choice(CHUNK_SIZES)), request.chunks[at][:-2],
                request.chunks[at][:-1], b"", b"\r\n", chunk(b"x" * 100_000)])
        elif kind == 7:
            request.trailers = random.choice([
                [(b"", b"")], [(b"Content-Length", b"5")], [(b"x" * 40_000, b"y")],
                [(b"a\x00", b"b")], [(b"T%d" % n, b"x") for n in range(2_000)]])
        elif kind == 8:
            request.fields += [(b"X-%d" % n, b"y" * 20) for n in range(random.choice([50, 2_000]))]
        elif kind == 9:
            request.body = random.choice([request.body[:-1], request.body + b"x", b""])
        else:
            request.method = random.choice([b"", b"\x00", b"PRI", b"POST ", b"x" * 5_000])
    return request


def scramble(random, data):
    """Changes single bytes, wherever they are."""
    data = bytearray(data)
    for _ in range(random.choice([0, 0, 0, 1, 2, 8])):
        if not data:
            break
        at = random.randrange(len(data))
        kind = random.randrange(4)
        if kind == 0:
            data[at] = random.randrange(256)
        elif kind == 1:
            del data[at:at + random.choice([1, 1, 4, 100])]
        elif kind == 2:
            data[at:at] = random.choice([b"\r\n", b"\0", b"\n", b" ", b"\xff", b":"])
        else:
            data[at:at] = data[at:at + 50]
    return bytes(data)


def split(random, data):
    """Cuts bytes into the pieces in which they are sent."""
    kind = random.randrange(4)
    if kind == 0:
        return [data]
    if kind == 1 and len(data) < 400:
        return [data[n:n + 1] for n in range(len(data))]
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(random.randrange(1, 6)))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)]) if a < b]


def connection(random, make):
    """What is sent on one connection: the pieces, and how the sender ends it."""
    data = b"".join(
        scramble(random, spoil(random, make(random)).bytes())
        for _ in range(random.choice([1, 1, 1, 2, 5])))
    if random.randrange(6) == 0:
        data = data[:random.randrange(len(data) + 1)]
    return split(random, data), random.choice(["read", "read", "half", "close", "reset"])
