"""Measures ours beside its peers, in turns, and prints one table.

Run by scripts/bench, which builds what this measures into the folder WORK:
usage: figures.py WORK [--short]
"""
import base64
import contextlib
import json
import os
import subprocess
import sys
import time

from measuring import (
    INVOKE, Failed, first_answer_ms, free_port, line_of, load, median, post, resident_mb, running,
    runtime)

WORK = sys.argv[1]
SHORT = sys.argv[2:] == ["--short"]
EVENT = "Tests/Benchmark/score-event.json"
RIE = f"{WORK}/rie"
EMULATOR = ".build/release/lambda-emulator"
LEAN_EMULATOR = f"{WORK}/emulator-lean"
rows = []
notes = []


def progress(text):
    print(f"   {text}", file=sys.stderr, flush=True)


def row(what, peer, peer_runs, our_runs, unit, reach, aim, good):
    """One line of the table; `good` tells from ours and the ratio which bound is kept.

    The figures are medians of the runs; the ratio is the median of the ratios turn by turn, which
    holds when the machine's speed drifts.
    """
    ours, ratio = median(our_runs), None
    if peer_runs:
        ratio = median([mine / its for mine, its in zip(our_runs, peer_runs)])
    rows.append((
        what, peer, f"{median(peer_runs):,.{unit[1]}f} {unit[0]}" if peer_runs else "",
        f"{ours:,.{unit[1]}f} {unit[0]}", f"{ratio:.2f}" if ratio else "", reach, aim,
        good(ours, ratio)))


def at_most(reach, aim):
    return lambda value: "aim" if value <= aim else "reach" if value <= reach else "missed"


def at_least(reach, aim):
    return lambda value: "aim" if value >= aim else "reach" if value >= reach else "missed"


def by_ratio(judge):
    return lambda ours, ratio: judge(ratio)


def by_figure(judge):
    return lambda ours, ratio: judge(ours)


def functions():
    """The run loop: warm invocations and cold starts, beside a C loop on the same libcurl."""
    commands = {name: f"{WORK}/{name}" for name in ("c", "c-lean", "ours", "ours-lean")}
    warm = {name: [] for name in commands}
    cold = {name: [] for name in commands}
    rounds = 5 if SHORT else 11
    for turn in range(rounds):
        progress(f"run loop, round {turn + 1} of {rounds}")
        for name, command in commands.items():
            figures = runtime(f"{WORK}/runtime-api", command, EVENT, 4000 if SHORT else 10000, 11)
            warm[name].append(figures["cycle_us"]["p50"])
            cold[name].append(figures["cold_ms"]["p50"])
            if name == "ours":
                answers_us.append(figures["answer_us"]["p50"])
    row("warm invocation, runtime side, p50", "C loop on libcurl, no JSON", warm["c"],
        warm["ours"], ("us", 1), "1.5x", "1.15x", by_ratio(at_most(1.5, 1.15)))
    row("warm invocation, packaged lean, p50", "C loop on lean libcurl", warm["c-lean"],
        warm["ours-lean"], ("us", 1), "", "", lambda ours, ratio: "")
    row("start to first /next, as built", "C + the distribution's libcurl", cold["c"],
        cold["ours"], ("ms", 2), "1.4x", "", by_ratio(at_most(1.4, 0)))
    row("start to first /next, packaged lean", "C + lean libcurl, static", cold["c-lean"],
        cold["ours-lean"], ("ms", 2), "3 ms", "under Go",
        by_figure(at_most(3, 0)))
    lean = median([ours / c for ours, c in zip(cold["ours-lean"], cold["c"])])
    notes.append(
        f"packaged lean starts in {lean:.2f}x of C + the distribution's libcurl in the same run")


answers_us = []


def template(folder):
    """A template whose one function is the scoring loop, named as the AWS emulator names its."""
    path = f"{folder}/template.yaml"
    with open(path, "w", encoding="ascii") as file:
        file.write(
            "Transform: AWS::Serverless-2016-10-31\n"
            "Resources:\n"
            "  Loop:\n"
            "    Type: AWS::Serverless::Function\n"
            "    Properties:\n"
            "      FunctionName: function\n"
            f"      CodeUri: {WORK}/function\n"
            "      Handler: bootstrap\n"
            "      Runtime: provided.al2023\n"
            "      MemorySize: 256\n"
            "      Timeout: 10\n")
    return path


def ours_command(port, folder, emulator=EMULATOR):
    os.makedirs(folder, exist_ok=True)
    return [emulator, "start", "--template", template(folder), "--port", str(port),
            "--data-dir", f"{folder}/data"]


def rie_command(port):
    return [RIE, "--runtime-interface-emulator-address", f"127.0.0.1:{port}",
            "--runtime-api-address", f"127.0.0.1:{free_port()}", "--log-level", "error",
            f"{WORK}/function/bootstrap"]


def event():
    with open(EVENT, "rb") as file:
        return file.read()


@contextlib.contextmanager
def serving(command, port):
    """A server that has answered an invocation once."""
    with running(command, os.devnull) as process:
        end = time.monotonic() + 10
        while True:
            try:
                status, body = post(port, INVOKE.format("function"), event())
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise Failed(f"{command[0]} does not answer") from None
                time.sleep(0.01)
        if status != 200 or json.loads(body)["statusCode"] != 200:
            raise Failed(f"{command[0]} answered {status}: {body[:200]}")
        yield process


def emulators():
    """The same binary and event through our emulator and through AWS's, in turns."""
    seconds, rounds = (2, 3) if SHORT else (4, 7)
    ports = {"ours": free_port(), "rie": free_port()}
    url = {name: f"http://127.0.0.1:{port}{INVOKE.format('function')}"
           for name, port in ports.items()}
    runs = {key: [] for key in (("ours", 1), ("ours", 8), ("rie", 1))}
    with (serving(ours_command(ports["ours"], f"{WORK}/throughput"), ports["ours"]),
          serving(rie_command(ports["rie"]), ports["rie"])):
        for turn in range(rounds):
            progress(f"emulators, round {turn + 1} of {rounds}")
            # AWS's emulator ends with a crash when two callers overlap: it gets one.
            for name, callers in runs:
                load(url[name], "Tests/Benchmark/invoke.lua", callers, 1, {"EVENT": EVENT})
                runs[name, callers].append(load(
                    url[name], "Tests/Benchmark/invoke.lua", callers, seconds, {"EVENT": EVENT}))
    per_second = {key: [run[0] for run in values] for key, values in runs.items()}
    rie = "AWS RIE, 1 caller"
    row("invocations a second, 1 caller", rie, per_second["rie", 1], per_second["ours", 1],
        ("/s", 0), "1.5x", "2x", by_ratio(at_least(1.5, 2)))
    row("invocations a second, 8 callers", rie, per_second["rie", 1], per_second["ours", 8],
        ("/s", 0), "3x", "5x", by_ratio(at_least(3, 5)))
    p99_ms, own_ms = median([run[2] for run in runs["ours", 8]]), median(answers_us) / 1000
    row("p99 added by the emulator, 8 callers", "", None, [p99_ms - own_ms], ("ms", 2), "2 ms",
        "0.5 ms", by_figure(at_most(2, 0.5)))
    notes.append(
        f"p99 added: {p99_ms:.2f} ms, the p99 through the emulator at 8 callers that call without "
        f"a pause, less {own_ms:.3f} ms, the function's own median from event to answer")


def starts():
    """From starting an emulator to the first answer of a function that has never run."""
    rounds = 7 if SHORT else 25
    ours, lean, rie = [], [], []
    for turn in range(rounds):
        for runs, emulator in ((ours, EMULATOR), (lean, LEAN_EMULATOR)):
            port = free_port()
            command = ours_command(port, f"{WORK}/start-{turn}-{len(lean)}", emulator)
            runs.append(first_answer_ms(command, port, event(), os.devnull))
        port = free_port()
        rie.append(first_answer_ms(rie_command(port), port, event(), os.devnull))
    for what, runs in (("", ours), (", packaged lean", lean)):
        row(f"emulator start to first answer{what}", "AWS RIE", rie, runs, ("ms", 1), "60 ms",
            "20 ms", by_figure(at_most(60, 20)))


@contextlib.contextmanager
def six_warm(emulator, folder):
    """The emulator with the six functions of the template warm: its process and its port."""
    port = free_port()
    os.makedirs(folder)
    command = [emulator, "start", "--template", "infra/template.yaml", "--port", str(port),
               "--data-dir", f"{folder}/data", "--no-events",
               "--parameter", f"StoreURL=sqlite:{folder}/ttsr.db"]
    with running(command, os.devnull) as process:
        time.sleep(0.5)
        for function in sorted(os.listdir("dist")):
            if not os.path.isdir(f"dist/{function}"):
                continue
            with open(f"events/{function}.json", "rb") as file:
                status, body = post(port, INVOKE.format(function), file.read())
            if status != 200:
                raise Failed(f"{function} answered {status}: {body[:200]}")
        yield process, port


def memory(what, emulator, wanted):
    """The emulator's memory with the six functions of the template warm, before and after."""
    with six_warm(emulator, f"{WORK}/memory-{wanted}-{os.path.basename(emulator)}") as warm:
        process, port = warm
        before, done, tenth = resident_mb(process), 0, None
        url = f"http://127.0.0.1:{port}{INVOKE.format('health')}"
        while done < wanted:
            progress(
                f"memory, {done:,.0f} of {wanted:,} invocations, {resident_mb(process):.1f} MB")
            seconds = 2 if SHORT else 10
            done += seconds * load(
                url, "Tests/Benchmark/invoke.lua", 8, seconds, {"EVENT": "events/health.json"})[0]
            if tenth is None and done >= wanted / 10:
                tenth = resident_mb(process)
        after = resident_mb(process)
    row(f"memory, 6 functions warm, {wanted:,} invocations{what}", "", None, [after], ("MB", 1),
        "40 MB, flat", "20 MB, flat", by_figure(at_most(40, 20)))
    grown = after - tenth
    notes.append(
        f"memory{what}: {before:.1f} MB before, {tenth:.1f} MB after a tenth, {after:.1f} MB after "
        f"{done:,.0f} invocations: {'flat' if grown <= 1 else f'GROWN by {grown:.1f} MB'}")


def score_load(url, token, run, seconds):
    environment = {"TOKEN": token, "RUN": run}
    script = "Tests/Benchmark/score.lua"
    load(url, script, 16, 2, {**environment, "RUN": f"{run}-warm"}, threads=2)
    return load(url, script, 16, seconds, environment, threads=2)


def fastapi(seconds):
    port = free_port()
    command = [sys.executable, "Tests/Benchmark/fastapi_peer.py", str(port), f"{WORK}/peer.db"]
    with running(command, f"{WORK}/fastapi.log"):
        end = time.monotonic() + 20
        while True:
            try:
                post(port, "/", b"")
                break
            except OSError:
                if time.monotonic() > end:
                    raise Failed("FastAPI does not answer") from None
                time.sleep(0.05)
        return score_load(f"http://127.0.0.1:{port}", "benchmark", "peer", seconds)[0]


def service(seconds, *options):
    """Ours with one subscribed endpoint, so that each score has its outbox row."""
    folder = f"{WORK}/service{len(options)}"
    os.makedirs(folder)
    store = f"sqlite:{folder}/ttsr.db"
    ttsr = [".build/release/ttsr", "--store", store]

    def administer(*arguments):
        subprocess.run([*ttsr, *arguments], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    administer("client", "add", "bench", "--secret", "benchmark-secret", "--rate-limit",
               "1000000000", "--scope", "score:write")
    secret = "whsec_" + base64.b64encode(os.urandom(32)).decode()
    port = free_port()
    start = [EMULATOR, "start", "--template", "infra/template.yaml", "--port", str(port),
             "--data-dir", f"{folder}/data", "--parameter", f"StoreURL={store}",
             "--parameter", "WebhookAllowedNetworks=127.0.0.0/8", *options]
    with running([*ttsr, "webhook", "listen", "--secret", secret], f"{folder}/receiver") as listen:
        receiver = line_of(f"{folder}/receiver", r"^listening on (\S+)", listen)
        administer("webhook", "add", f"{receiver}/hook", "--event", "risk.scored", "--secret",
                   secret)
        with running(start, f"{folder}/log") as emulator:
            line_of(f"{folder}/log", r"^listening on (\S+)", emulator)
            credentials = base64.b64encode(b"bench:benchmark-secret").decode()
            status, body = post(
                port, "/v1/oauth/token", "grant_type=client_credentials",
                {"Authorization": f"Basic {credentials}",
                 "Content-Type": "application/x-www-form-urlencoded"})
            if status != 200:
                raise Failed(f"no token: {status}")
            return score_load(
                f"http://127.0.0.1:{port}", json.loads(body)["access_token"], "ours", seconds)[0]


def scoring():
    """POST /v1/score, flushed to the disk before the answer, 16 connections, always a new key."""
    seconds = 2 if SHORT else 6
    progress("scoring over SQLite")
    peer = [fastapi(seconds)]
    for label, options in (("delivery left to the sweep", ["--no-events"]),
                           ("webhooks delivered meanwhile", [])):
        row(f"durable scores a second, {label}", "FastAPI, uvicorn, 1 worker", peer,
            [service(seconds, *options)], ("/s", 0), "", "", lambda ours, ratio: "")


def print_table():
    head = ("figure", "peer, same run", "peer", "ours", "ratio", "reach", "aim", "kept")
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    right = (2, 3, 4)
    for index, line in enumerate(lines):
        cells = [cell.rjust(width) if column in right else cell.ljust(width)
                 for column, (cell, width) in enumerate(zip(line, widths))]
        print("| " + " | ".join(cells) + " |")
        if index == 0:
            print("|" + "|".join("-" * (width + 1) + (":" if column in right else "-")
                                 for column, width in enumerate(widths)) + "|")
    print()
    for note in notes:
        print(f"- {note}")


try:
    functions()
    emulators()
    starts()
    memory("", EMULATOR, 100_000 if SHORT else 1_000_000)
    memory(", packaged lean", LEAN_EMULATOR, 100_000)
    scoring()
except Failed as failure:
    sys.exit(f"error: {failure}")
print_table()
