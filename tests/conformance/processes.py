"""The sandbox and the commands as processes."""

import json
import os
import signal
import subprocess
import urllib.request

BINARY = os.environ.get("CRUDDUR_OBS", "")
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
REGION = "ca-central-1"
PATIENCE = 20


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
