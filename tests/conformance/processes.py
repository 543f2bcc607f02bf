"""The sandbox and the commands as processes."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

BINARY = os.environ.get("CRUDDUR_OBS", "")
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
REGION = "ca-central-1"
PATIENCE = 20
# Stands on a command line for the file of a program that takes its name there.
READY = object()


def until(what, ask, patience=30):
    """Asks until the answer is truthy; gives it."""
    deadline = time.monotonic() + patience
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)
    return answer


def fetch(url, **headers):
    """GETs a page; gives its status, text and headers. Names of headers are written with _ for -."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


class Sandbox:
    """A running `cruddur-obs sandbox`."""

    def __init__(self, directory, arguments, environment):
        self._ready = directory / "ready.json"
        self._errors = directory / "sandbox.stderr"
        store = [] if "--dir" in arguments else ["--memory"]
        command = [BINARY, "sandbox", "--port", "0", "--xray-port", "0", "--otlp-port", "0", "--ready-file", str(self._ready), *store, *arguments]
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors
            )
        self.url = self._wait()

    def _wait(self):
        for _ in range(PATIENCE * 200):
            if self._ready.exists() and (ready := self._ready.read_text()):
                return json.loads(ready)["url"]
            try:
                code = self._process.wait(timeout=0.005)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"the sandbox ended with {code}:\n{self.log()}")
        self._process.kill()
        raise AssertionError(f"the sandbox did not become ready:\n{self.log()}")

    def log(self):
        return self._errors.read_text()

    def get(self, path):
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def calls(self, *operations):
        """What was called, oldest first; of these operations only, if any are named."""
        calls = self.get("/_sandbox/calls")["calls"]
        return [call for call in calls if not operations or call["operation"] in operations]

    def writes(self):
        return [call["operation"] for call in self.calls() if call["writes"]]

    def stop(self):
        """Ends it as a user's Ctrl-C or a supervisor does; gives the exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()


class Started:
    """A program that says in a file where it listens, and ends by SIGTERM."""

    def __init__(self, name, command, environment, directory):
        self._out, self._err = directory / f"{name}.stdout", directory / f"{name}.stderr"
        ready = directory / f"{name}.ready.json"
        command = [str(ready if word is READY else word) for word in command]
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._process = subprocess.Popen(
                command, cwd=directory, env={**environment, "READY_FILE": str(ready)}, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )

        def said():
            assert self._process.poll() is None, self.ended()
            return ready.exists() and ready.read_text()

        try:
            self.url = json.loads(until(f"{name} is ready", said))["url"]
        except BaseException:
            self.kill()
            raise

    def ended(self):
        """What it has said, and the code that it ended with."""
        return Ended(subprocess.CompletedProcess([], self._process.returncode, self._out.read_text(), self._err.read_text()))

    def end(self):
        """Ends it; gives what it said."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=PATIENCE)
        return self.ended()

    def kill(self):
        self._process.kill()
        self._process.wait()


class Ended:
    """What a command said."""

    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"

    def ok(self):
        assert self.code == 0, self
        return self


def run(command, environment, directory, given=None):
    """Runs a command to its end, without a terminal; `given` is text for its stdin."""
    return Ended(
        subprocess.run(
            [str(word) for word in command],
            env=environment,
            cwd=directory,
            input=given or "",
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    )
