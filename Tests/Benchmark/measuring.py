"""What the figures are measured with: processes that are started and ended, load, clocks."""
import contextlib
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import time

INVOKE = "/2015-03-31/functions/{}/invocations"


class Failed(Exception):
    """A measurement that cannot be trusted; the text says which and why."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command, log, environment=None):
    """A process for as long as the block lasts; what it prints goes to the file `log`."""
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})})
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def line_of(log, pattern, process, seconds=10):
    """Waits for a line in a process's log; what its group matched."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with open(log, encoding="utf-8", errors="replace") as text:
            match = re.search(pattern, text.read(), re.MULTILINE)
        if match:
            return match.group(1)
        time.sleep(0.02)
    raise Failed(f"{process.args[0]} has not said {pattern}")


def post(port, path, body, headers=None):
    """One request; status and body of its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, body, headers or {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def first_answer_ms(command, port, event, log):
    """From starting a server to the first whole answer of an invocation, in milliseconds."""
    start = time.monotonic()
    with running(command, log) as process:
        while True:
            try:
                status, _ = post(port, INVOKE.format("function"), event)
                break
            except (ConnectionError, http.client.HTTPException):
                if process.poll() is not None or time.monotonic() - start > 10:
                    raise Failed(f"{command[0]} does not answer") from None
                time.sleep(0.0002)
        elapsed = (time.monotonic() - start) * 1000
    if status != 200:
        raise Failed(f"{command[0]} answered {status}")
    return elapsed


def load(url, script, callers, seconds, environment, threads=1):
    """A wrk run: requests a second, p50 ms, p99 ms. Every answer must be a success."""
    run = subprocess.run(
        ["wrk", f"-t{threads}", f"-c{callers}", f"-d{seconds}s", "-s", script, url],
        capture_output=True, text=True, env={**os.environ, **environment}, check=True)
    result = re.search(r"^RESULT (\S+) (\S+) (\S+) (\d+)$", run.stdout, re.MULTILINE)
    if not result or result.group(4) != "0":
        raise Failed(f"{url}: not every request was answered\n{run.stdout}")
    return [float(result.group(part)) for part in (1, 2, 3)]


def runtime(tool, command, event, invocations, starts):
    """A function under the benchmark's Runtime API: the figures of README.md."""
    run = subprocess.run(
        [tool, "-n", str(invocations), "-c", str(starts), "-e", event, "--", command],
        capture_output=True, text=True)
    lines = [line for line in run.stdout.splitlines() if line.startswith('{"command"')]
    if run.returncode != 0 or not lines:
        raise Failed(f"{command}: {run.stderr.strip()}")
    figures = json.loads(lines[-1])
    if figures["errors"]:
        raise Failed(f"{command}: {figures['errors']} invocations failed")
    return figures


def resident_mb(process):
    """The memory of a process now, without its children, in megabytes (2**20 bytes)."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) / 1024


def median(values):
    return statistics.median(values)
