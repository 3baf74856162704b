#!/usr/bin/env python3
"""Speaks nearly-right HTTP to the emulator's front and to the Runtime API of an instance.

After each batch a sane invocation must still be answered, every answer must have been HTTP, no
caller may hang, and descriptors and memory must be back where they were.

usage: fuzz_http.py EMULATOR SECONDS [SEED [BATCH]]

With BATCH, that one batch is sent again and what is sent and received is shown.
"""
import pathlib
import random
import re
import socket
import struct
import sys
import time

import mutations
from emulator import Emulator, Folder, Wrong, until

PORTS_SCRIPT = '#!/bin/sh\necho "$AWS_LAMBDA_RUNTIME_API" >>"$PORTS"\nexec sleep 1000000\n'
STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3}) [ -~]*\r\n")
FIELD_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\r\n")
BATCHES_PER_CHECK = 20
READ_SECONDS = 0.03
NEXT_SECONDS = 0.1
CALLER_SECONDS = 40
DESCRIPTORS_MORE_MAX = 60
MEMORY_MORE_MB_MAX = 64


class Connection:
    """One connection: what is sent on it, and what came back."""

    def __init__(self, port, pieces, ending):
        self.port, self.pieces, self.ending = port, pieces, ending
        self.sent, self.received, self.is_over, self.give_up = [], b"", False, 0
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(0.3)

    def step(self):
        """Sends the next piece, or does what comes after the last."""
        try:
            if self.pieces:
                piece = self.pieces.pop(0)
                self.sent.append(piece)
                return self.socket.sendall(piece)
            if self.ending == "reset":
                self.socket.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if self.ending == "half":
                self.socket.shutdown(socket.SHUT_WR)
                self.ending = "read"
            if self.ending == "read" and self.read(READ_SECONDS):
                return None
        except OSError:
            pass  # The emulator may refuse, close and reset as it likes.
        return self.close()

    def read(self, seconds):
        """Takes what is there; false at the end, or when the time since the first try is over."""
        self.give_up = self.give_up or time.monotonic() + seconds
        self.socket.settimeout(0.001)
        try:
            piece = self.socket.recv(1 << 16)
            self.received += piece
            return bool(piece)
        except TimeoutError:
            return time.monotonic() < self.give_up

    def close(self):
        self.is_over = True
        self.socket.close()


def check_answers(data, is_front):
    """What was received is a sequence of HTTP answers, the last perhaps cut off.

    500 is for runtimes only: it tells them that their instance has ended.
    """
    while data:
        line = STATUS_LINE.match(data)
        if not line:
            if b"\r\n" in data or len(data) > 200:
                raise Wrong(f"not a status line: {data[:100]!r}")
            return
        rest = data[line.end():]
        # Without a length the body ends with the connection; chunks are not read here.
        length = 0 if line[1] in (b"100", b"204", b"304") else None
        while not rest.startswith(b"\r\n"):
            field = FIELD_LINE.match(rest)
            if not field:
                if b"\r\n" in rest:
                    raise Wrong(f"not a field: {rest[:100]!r}")
                return
            name, value = field[0].split(b":", 1)
            if name.lower() == b"content-length":
                length = int(value)
            rest = rest[field.end():]
        # An HTTP API says so of a function that fails, the HTTP library itself of a chunk whose
        # size line is longer than its buffer.
        usual = b'{"message":"Internal Server Error"}' in data or b"GNU libmicrohttpd" in data
        if line[1] == b"500" and is_front and not usual:
            raise Wrong("the front's answer is 500")
        if length is None:
            return
        # An answer to HEAD has a length but no body.
        rest = rest[2:]
        data = rest if STATUS_LINE.match(rest) else rest[length:]


class Campaign:
    """Batches of nearly-right requests against one emulator."""

    def __init__(self, program, seed):
        self.seed, self.connections = seed, []
        here = pathlib.Path(__file__).parent
        self.folder = Folder(here / "template.yaml")
        self.folder.compile("sane")
        self.folder.stage("fuzzed", PORTS_SCRIPT)
        self.ports = self.folder.path / "ports"
        self.ports.touch()
        self.emulator = Emulator(program, self.folder, {"PortsFile": self.ports})
        self.old_id, self.requests, self.answers = b"none", 0, 0
        for _ in range(8):
            self.check_sane()
        self.descriptors, self.memory_mb = self.emulator.descriptors, self.emulator.memory_mb

    # What must hold.

    def check_sane(self):
        if not self.emulator.is_alive:
            raise Wrong(f"the emulator has ended: {self.emulator.process.returncode}")
        for path in ["/2015-03-31/functions/sane/invocations", "/sane/x"]:
            status, _, body = self.emulator.call("POST", path, b'"are you well?"', seconds=20)
            if status != 200 or b"are you well?" not in body:
                raise Wrong(f"{path} is answered {status} {body[:200]!r}")

    def check_leaks(self):
        bound = self.descriptors + DESCRIPTORS_MORE_MAX
        until("descriptors are back", lambda: self.emulator.descriptors <= bound)
        until("no zombie", lambda: all(state != "Z" for _, state in self.emulator.children()))
        if self.emulator.memory_mb > self.memory_mb + MEMORY_MORE_MB_MAX:
            raise Wrong(f"memory: {self.emulator.memory_mb:.0f} MB, {self.memory_mb:.0f} at first")

    # What is sent.

    def batch(self, number):
        self.connections = []
        rng = random.Random(f"{self.seed}/{number}")
        if rng.randrange(3) == 0:
            self.runtime_batch(rng)
        else:
            self.send(rng, self.emulator.port, mutations.front_request, rng.randrange(1, 12))
        for connection in self.connections:
            check_answers(connection.received, connection.port == self.emulator.port)
        self.check_sane()

    def send(self, rng, port, make, count, replace=lambda data: data):
        """Interleaves the pieces of several connections."""
        mine = []
        for _ in range(count):
            pieces, ending = mutations.connection(rng, make)
            try:
                mine.append(Connection(port, [replace(piece) for piece in pieces], ending))
            except OSError:
                return  # The instance has ended meanwhile.
        self.connections += mine
        self.requests += count
        while mine:
            connection = rng.choice(mine)
            connection.step()
            if connection.is_over:
                self.answers += bool(connection.received)
                mine.remove(connection)

    def runtime_batch(self, rng):
        request = b'POST /2015-03-31/functions/fuzzed/invocations HTTP/1.1\r\nHost: localhost\r\n' \
            b'Content-Length: 2\r\n\r\n{}'
        caller = Connection(self.emulator.port, [request], "read")
        self.connections.append(caller)
        caller.step()
        request_id = (self.next(self.newest_port()) if rng.randrange(5) else None) or b"none"
        ids = {mutations.ID: request_id, mutations.OLD_ID: self.old_id}

        def replace(data):
            for place, value in ids.items():
                data = data.replace(place, value)
            return data

        self.send(rng, self.newest_port(), mutations.runtime_request, rng.randrange(1, 8), replace)
        self.old_id = request_id
        self.serve(caller)

    def newest_port(self):
        lines = self.ports.read_bytes().split(b"\n")[:-1]
        return int(lines[-1].split(b":")[1]) if lines else 0

    def serve(self, caller):
        """Is a runtime that does all right, until the caller has its answer."""
        end = time.monotonic() + CALLER_SECONDS
        while b"\r\n\r\n" not in caller.received:
            if time.monotonic() > end:
                raise Wrong(f"a caller has no answer after {CALLER_SECONDS} s")
            if not caller.read(2 * CALLER_SECONDS):
                break
            port = self.newest_port()
            if request_id := self.next(port):
                self.exchange(port, b"POST", b"invocation/" + request_id + b"/response", b"{}")
        if not caller.received.startswith(b"HTTP/1.1 200 "):
            raise Wrong(f"a caller is answered {caller.received[:200]}")
        caller.close()

    def next(self, port):
        """The id of the invocation that a well-formed /next is given."""
        found = re.search(
            rb"(?i)\r\nlambda-runtime-aws-request-id: ([0-9a-f-]+)\r\n",
            self.exchange(port, b"GET", b"invocation/next", b""))
        return found[1] if found else None

    def exchange(self, port, method, call, body):
        request = b"%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" \
            % (method, call, len(body))
        try:
            connection = Connection(port, [request + body], "read")
            connection.step()
            connection.socket.settimeout(NEXT_SECONDS)
            connection.received = connection.socket.recv(1 << 16)
        except OSError:
            return b""
        self.connections.append(connection)
        connection.close()
        return connection.received

    # The run.

    def run(self, seconds):
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            try:
                self.batch(number)
                number += 1
                if number % BATCHES_PER_CHECK == 0:
                    self.check_leaks()
            except Exception:
                self.show(number)
                raise
        self.check_leaks()
        print(
            f"{number} batches, {self.requests} requests, {self.answers} answered: the emulator is "
            f"well; descriptors {self.descriptors} -> {self.emulator.descriptors}, memory "
            f"{self.memory_mb:.0f} -> {self.emulator.memory_mb:.0f} MB")

    def show(self, number):
        """What was sent and received in the batch, and how to send it again."""
        for connection in self.connections:
            print(f"-- {connection.ending}", file=sys.stderr)
            for piece in connection.sent:
                print(f"   > {piece[:200]!r}", file=sys.stderr)
            print(f"   < {connection.received[:200]!r}", file=sys.stderr)
        print(self.emulator.notes(self.folder, 60), file=sys.stderr)
        if self.emulator.is_alive:
            print(self.emulator.health(), self.newest_port(), file=sys.stderr)
        print(f"again: SECONDS {self.seed} {number}", file=sys.stderr)


def main(program, seconds, seed="1", number=None):
    campaign = Campaign(program, seed)
    try:
        if number is None:
            campaign.run(float(seconds))
        else:
            try:
                campaign.batch(int(number))
            finally:
                campaign.show(int(number))
        campaign.emulator.stop()
    finally:
        if campaign.emulator.is_alive:
            campaign.emulator.process.kill()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Wrong as error:
        sys.exit(f"error: {error}")
