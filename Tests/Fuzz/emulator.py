"""A real lambda-emulator on a template of its own, and what of it can be seen from outside."""
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FUNCTION = ROOT / "Tests/IntegrationTests/Peers/Functions/function.c"


class Wrong(Exception):
    """What must hold does not."""


def comes(holds, seconds):
    """Waits until something holds; false if it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def until(what, holds, seconds=20):
    """Waits until something holds; it is wrong if it does not in time."""
    if not comes(holds, seconds):
        raise Wrong(f"{what}: not after {seconds} s")


class Folder:
    """A folder for one run, with a template and the code of its functions."""

    def __init__(self, template, *more):
        """Takes the template that several files make, one after another."""
        self.place = tempfile.TemporaryDirectory(prefix="ttsr-fuzz-")
        self.path = pathlib.Path(self.place.name)
        self.template = self.path / "infra/template.yaml"
        self.template.parent.mkdir()
        self.template.write_text("\n".join(
            pathlib.Path(file).read_text("utf-8") for file in [template, *more]))

    def replace(self, place, text):
        self.template.write_text(self.template.read_text("utf-8").replace(place, text))

    def run(self, *words):
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)

    def stage(self, name, program):
        """Makes a program the code of a function: a path, or the text of a script."""
        code = self.path / name
        code.mkdir(parents=True)
        if isinstance(program, pathlib.Path):
            (code / "bootstrap").symlink_to(program.resolve())
        else:
            (code / "bootstrap").write_text(program, "utf-8")
            (code / "bootstrap").chmod(0o755)

    def compile(self, name):
        """Makes the peers' function in C the code of a function."""
        program = self.path / "function"
        self.run("cc", "-std=gnu11", "-O1", "-o", program, FUNCTION)
        self.stage(name, program)


class Emulator:
    """`lambda-emulator start` as a process of its own."""

    def __init__(self, program, folder, parameters=(), options=()):
        self.log = open(folder.path / "emulator.log", "wb")
        words = [program, "start", "--template", folder.template, "--port", "0",
                 "--data-dir", folder.path / "data", *options]
        for name, value in dict(parameters).items():
            words += ["--parameter", f"{name}={value}"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline().decode()
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:(\d+))\n", line)
        if not found:
            raise Wrong("the emulator did not start: " + self.logged(folder)[-2000:])
        self.url, self.port, self.pid = found[1], int(found[2]), self.process.pid

    @staticmethod
    def logged(folder):
        return (folder.path / "emulator.log").read_text("utf-8", "replace")

    @classmethod
    def notes(cls, folder, count):
        """The last lines of the log that are not about the usual course of an invocation."""
        usual = re.compile(r" (START|END|REPORT) RequestId: |\"level\":\"INFO\"| without work$")
        lines = [line[:300] for line in cls.logged(folder).splitlines() if not usual.search(line)]
        return "\n".join(lines[-count:])

    def stop(self, seconds=30):
        """Ends it as a service manager would; it is wrong if it does not end well."""
        self.process.terminate()
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            self.process.kill()
            self.process.wait()
            raise Wrong(f"it does not end within {seconds} s of SIGTERM") from error
        if status != 0:
            raise Wrong(f"its exit status is {status}")

    @property
    def is_alive(self):
        return self.process.poll() is None

    def call(self, method, path, body=None, fields=None, seconds=60):
        """One request on a connection of its own: status, fields and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            # What changes something in the emulator itself wants to be told that it is meant.
            connection.request(
                method, path, body, {"X-Emulator-Request": "1"} | (fields or {}))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def health(self):
        status, _, body = self.call("GET", "/_emulator/health")
        if status != 200:
            raise Wrong(f"/_emulator/health is answered {status}")
        return json.loads(body)

    @property
    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    @property
    def sockets(self):
        """Of the descriptors those that are sockets: its port is one."""
        folder, count = f"/proc/{self.pid}/fd", 0
        for name in os.listdir(folder):
            try:
                count += os.readlink(f"{folder}/{name}").startswith("socket:")
            except OSError:
                pass
        return count

    @property
    def memory_mb(self):
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text("utf-8")
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) / 1024

    def children(self):
        """The processes that it started, as (id, state): Z is a zombie."""
        found = []
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                text = pathlib.Path(f"/proc/{name}/stat").read_text("utf-8", "replace")
            except OSError:
                continue
            state, parent = text[text.rindex(")") + 2:].split()[:2]
            if int(parent) == self.pid:
                found.append((int(name), state))
        return found

    def kill(self, child):
        """Kills one of the functions' processes; false if it has ended already."""
        try:
            os.kill(child, signal.SIGKILL)
            return True
        except ProcessLookupError:
            return False
