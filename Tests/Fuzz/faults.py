#!/usr/bin/env python3
"""Calls every function of the project's template, and two in C and Python, in every way at once,
while their processes are killed.

Nobody may wait in vain, no accepted event may be lost, and in the end there must be no process, no
descriptor and no memory more than before.

usage: faults.py BUILD-DIRECTORY PYTHON INVOCATIONS [SEED]
"""
import http.client
import json
import pathlib
import random
import sys
import threading
import time
import urllib.parse

from emulator import ROOT, Emulator, Folder, Wrong, comes, until

CALLERS = 12
CALLER_SECONDS = 60
# So many calls at most are answered between one kill and the next.
CALLS_PER_KILL_MAX = 24
IDLE_DESCRIPTORS_MORE_MAX = 4
MEMORY_MORE_MB_MAX = 24
PRODUCTS = ["score", "getEvent", "webhookTest", "health", "outboxRetry", "token"]
INVOKE = "/2015-03-31/functions/{}/invocations"
STREAM = "/2021-11-15/functions/{}/response-streaming-invocations"
TRIP = {"source": "rail", "signals": {"delay": 0.25, "weather": 1}}


class Caller(threading.Thread):
    """Makes one call after another on a connection that it keeps; counts what came of them."""

    def __init__(self, campaign, number):
        super().__init__(name=f"caller {number}", daemon=True)
        self.campaign, self.number = campaign, number
        self.random = random.Random(f"{campaign.seed}/{number}")
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", campaign.emulator.port, timeout=CALLER_SECONDS)
        self.answers, self.accepted, self.scored, self.failure = {}, [], {}, None

    def run(self):
        try:
            while self.campaign.take():
                kind = self.random.choice(self.KINDS)
                outcome = kind(self, f"{self.campaign.seed}-{self.number}-{len(self.accepted)}-"
                                     f"{self.random.randrange(1 << 60)}")
                key = (kind.__name__, outcome)
                self.answers[key] = self.answers.get(key, 0) + 1
                self.campaign.answered()
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error
        finally:
            self.connection.close()

    def call(self, method, path, body=None, fields=None):
        if isinstance(body, (dict, str)):
            body = json.dumps(body).encode()
        self.connection.request(method, path, body, fields or {})
        answer = self.connection.getresponse()
        try:
            data = answer.read()
        except http.client.IncompleteRead:
            # The function was killed while it answered in pieces: the rest is missing, visibly.
            self.connection.close()
            return 0, answer.headers, b""
        return answer.status, answer.headers, data

    def expect(self, what, status, expected):
        if status not in expected:
            raise Wrong(f"{what} is answered {status}")
        return status

    def function(self):
        return self.random.choice(["c", "python"])

    def synchronously(self, mark):
        status, fields, body = self.call("POST", INVOKE.format(self.function()), mark)
        self.expect("a call", status, [200])
        if "X-Amz-Function-Error" not in fields:
            return "answered" if json.loads(body)["event"] == mark else "another's answer"
        error = json.loads(body)["errorType"]
        if error != "Runtime.ExitError":
            raise Wrong(f"a call fails with {error}")
        return "killed"

    def asynchronously(self, mark):
        status, _, _ = self.call(
            "POST", INVOKE.format(self.function()), "do-mark=" + mark,
            {"X-Amz-Invocation-Type": "Event"})
        self.expect("an event", status, [202])
        self.accepted.append(mark)
        return "accepted"

    def by_queue(self, mark):
        queue = self.campaign.emulator.url + f"/123456789012/{self.function()}-jobs"
        status, _, _ = self.call(
            "POST", "/", {"QueueUrl": queue, "MessageBody": "do-mark=" + mark},
            {"X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": "application/x-amz-json-1.0"})
        self.expect("a message", status, [200])
        self.accepted.append(mark)
        return "accepted"

    def as_event_stream(self, mark):
        status, _, body = self.call("POST", STREAM.format("c"), "do-stream " + mark)
        self.expect("a stream", status, [200])
        if b"InvokeComplete" not in body:
            raise Wrong("a stream has no end")
        if b"Runtime.ExitError" in body:
            return "killed"
        return "answered" if b"piece 3;" in body else "incomplete"

    def as_site(self, mark):
        status, _, body = self.call("GET", "/lambda-url/c/do-site/" + mark)
        self.expect("a function URL", status, [0, 201, 502])
        return "answered" if (status, body) == (201, b"piece 1;piece 2;piece 3;") else "killed"

    def by_route(self, mark):
        status, _, body = self.call("POST", f"/{self.function()}/{mark}", mark)
        self.expect("a route", status, [200, 500, 502])
        if status != 200:
            return "killed"
        return "answered" if mark in body.decode() else "another's answer"

    def health(self, _):
        status, _, _ = self.call("GET", "/v1/health")
        return "answered" if self.expect("health", status, [200, 500, 502]) == 200 else "killed"

    def score(self, mark):
        fields = {"Authorization": "Bearer " + self.campaign.token, "Idempotency-Key": mark,
                  "Content-Type": "application/json"}
        status, _, body = self.call("POST", "/v1/score", {"event_id": mark} | TRIP, fields)
        if self.expect("a score", status, [200, 500, 502]) == 200:
            self.scored[mark] = json.loads(body)["score"]
        return "answered" if status == 200 else "killed"

    def read_back(self, _):
        if not self.scored:
            return "nothing yet"
        mark = self.random.choice(list(self.scored))
        status, _, _ = self.call(
            "GET", "/v1/events/" + mark, None, {"Authorization": "Bearer " + self.campaign.token})
        return "answered" if self.expect("an event", status, [200, 500, 502]) == 200 else "killed"

    def fetch_token(self, _):
        status, _, _ = self.campaign.fetch_token(self.call)
        return "answered" if self.expect("a token", status, [200, 500, 502]) == 200 else "killed"

    def drain(self, _):
        status, fields, _ = self.call("POST", INVOKE.format("outboxRetry"), {})
        self.expect("a drain", status, [200])
        return "killed" if "X-Amz-Function-Error" in fields else "answered"

    KINDS = [
        synchronously, synchronously, asynchronously, asynchronously, by_queue, as_event_stream,
        as_site, by_route, health, score, score, read_back, fetch_token, drain,
    ]


class Campaign:
    """One emulator, its callers, and the one that kills."""

    def __init__(self, build, python, count, seed):
        self.seed, self.left, self.done, self.kills = seed, count, 0, 0
        self.lock, self.progress = threading.Lock(), threading.Semaphore(0)
        self.random = random.Random(f"{seed}/kills")
        self.folder = Folder(ROOT / "infra/template.yaml", ROOT / "Tests/Fuzz/faults.yaml")
        self.marks = self.folder.path / "marks"
        self.marks.touch()
        self.folder.replace("MARKS-FILE", str(self.marks))
        for product in PRODUCTS:
            self.folder.stage(f"dist/{product}", build / product)
        self.folder.compile("dist/c")
        self.folder.stage(
            "dist/python", f'#!/bin/sh\nexec {python} -B -m awslambdaric "$_HANDLER"\n')
        (self.folder.path / "dist/python/app.py").symlink_to(
            ROOT / "Tests/IntegrationTests/Peers/Functions/app.py")
        store = f"sqlite:{self.folder.path}/ttsr.db"
        self.folder.run(build / "ttsr", "--store", store, "client", "add", "campaign", "--secret",
                        "campaign-secret", "--rate-limit", "1000000", "--scope",
                        "score:write events:read webhooks:write")
        self.emulator = Emulator(
            build / "lambda-emulator", self.folder,
            {"StoreURL": store, "TokenRequestsPerMinute": 1000000}, ["--idle-timeout", "20s"])
        self.token = json.loads(self.fetch_token(self.emulator.call)[2])["access_token"]

    @staticmethod
    def fetch_token(call):
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": "campaign",
            "client_secret": "campaign-secret"}).encode()
        return call("POST", "/v1/oauth/token", form,
                    {"Content-Type": "application/x-www-form-urlencoded"})

    def take(self):
        """One of the calls that are left; false when there is none."""
        with self.lock:
            self.left -= 1
            return self.left >= 0

    def answered(self):
        with self.lock:
            self.done += 1
        self.progress.release()

    def call(self, count):
        """So many calls by all callers; gives the callers."""
        self.left = count
        callers = [Caller(self, number) for number in range(CALLERS)]
        for caller in callers:
            caller.start()
        return callers

    def kill_some(self, callers):
        """Kills a process each time that some calls have been answered, until all have been."""
        while any(caller.is_alive() for caller in callers):
            for _ in range(self.random.randrange(1, CALLS_PER_KILL_MAX)):
                while not self.progress.acquire(timeout=0.1):
                    if not any(caller.is_alive() for caller in callers):
                        return
            children = sorted(pid for pid, state in self.emulator.children() if state != "Z")
            if children:
                self.kills += self.emulator.kill(self.random.choice(children))

    def advance(self, time_span):
        status, _, body = self.emulator.call(
            "POST", f"/_emulator/clock/advance?by={time_span}", seconds=600)
        if status != 200:
            raise Wrong(f"clock/advance is answered {status}: {body[:200]!r}")

    def queued(self):
        queues = json.loads(self.emulator.call("GET", "/_emulator/queues")[2])["queues"]
        return sum(queue[kind] for queue in queues for kind in ["visible", "inFlight", "delayed"])

    def settle(self):
        """All events and messages are delivered, the dead ones again, and no process is left."""
        while True:
            self.advance("10m")
            events = json.loads(self.emulator.call("GET", "/_emulator/events?limit=1")[2])
            if events["waiting"] + events["inFlight"] + self.queued() > 0:
                continue
            if events["dead"] == 0:
                break
            self.emulator.call("POST", "/_emulator/events/redrive", b"")
        # Between two minutes, each of which starts the sweep, nothing has anything to do. What
        # has had nothing to do for too long needs a moment for its end.
        for _ in range(6):
            if self.emulator.children():
                self.advance("25s")
            if comes(lambda: not self.emulator.children(), 5):
                break
        else:
            raise Wrong("processes are left that have nothing to do")
        until("no connection is left", lambda: self.emulator.sockets == 1)

    def check(self, callers):
        for caller in callers:
            if caller.failure:
                raise Wrong(f"{caller.name}: {caller.failure!r}") from caller.failure
        accepted = [mark for caller in callers for mark in caller.accepted]
        seen = set(self.marks.read_text("utf-8").split())
        lost = [mark for mark in accepted if mark not in seen]
        if lost:
            raise Wrong(
                f"{len(lost)} of {len(accepted)} accepted events and messages are lost, as {lost[0]}")
        return len(accepted)

    def read_back(self, callers):
        """What was scored once is there, with its score."""
        for caller in callers:
            for mark, score in caller.scored.items():
                status, _, body = self.emulator.call(
                    "GET", "/v1/events/" + mark, None, {"Authorization": "Bearer " + self.token})
                if status != 200 or json.loads(body)["score"] != score:
                    raise Wrong(f"{mark} was scored {score} and is answered {status}")

    def run(self, count):
        warm = self.call(min(200, count))
        for caller in warm:
            caller.join()
        self.settle()
        self.check(warm)
        if any(outcome == "killed" for caller in warm for _, outcome in caller.answers):
            raise Wrong("a function ends although nobody kills it")
        before = self.emulator.descriptors, self.emulator.memory_mb
        started = time.monotonic()
        callers = self.call(count)
        self.kill_some(callers)
        for caller in callers:
            caller.join()
        seconds = time.monotonic() - started
        self.settle()
        accepted = self.check(callers)
        self.read_back(callers)
        self.settle()
        after = self.emulator.descriptors, self.emulator.memory_mb
        self.report(callers, count, seconds, accepted, before, after)
        if self.kills < count / CALLS_PER_KILL_MAX / 4:
            raise Wrong(f"{self.kills} kills are too few to mean anything")
        if after[0] > before[0] + IDLE_DESCRIPTORS_MORE_MAX:
            raise Wrong(f"{after[0]} descriptors are open, {before[0]} before")
        if after[1] > before[1] + MEMORY_MORE_MB_MAX:
            raise Wrong(f"{after[1]:.0f} MB are used, {before[1]:.0f} before")
        self.emulator.stop()

    def report(self, callers, count, seconds, accepted, before, after):
        sums = {}
        for caller in callers:
            for key, number in caller.answers.items():
                sums[key] = sums.get(key, 0) + number
        for (kind, outcome), number in sorted(sums.items()):
            print(f"{kind.replace('_', ' '):18} {outcome:18} {number:6}")
            if outcome in ("another's answer", "incomplete"):
                raise Wrong(f"{kind}: {outcome}")
        print(f"{count} calls in {seconds:.1f} s, {self.kills} processes killed, {accepted} events "
              f"and messages accepted and none lost; descriptors {before[0]} -> {after[0]}, "
              f"memory {before[1]:.0f} -> {after[1]:.0f} MB")


def main(build, python, count, seed="1"):
    campaign = Campaign(
        pathlib.Path(build).resolve(), pathlib.Path(python).absolute(), int(count), seed)
    try:
        campaign.run(int(count))
    except Exception:
        print(campaign.emulator.notes(campaign.folder, 60), file=sys.stderr)
        raise
    finally:
        if campaign.emulator.is_alive:
            campaign.emulator.process.kill()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Wrong as error:
        sys.exit(f"error: {error}")
