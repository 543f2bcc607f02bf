"""The seeds' Flask app beside `serve`, equally instrumented: home feeds a second, all four tools on, one sandbox.

    tests/conformance/install && cargo build --release
    CRUDDUR_OBS=target/release/cruddur-obs tests/conformance/.venv/bin/python benches/flask.py

The requests come from this program, in as many processes as there are cores, on the same cores. It is slower than
`serve`, so that `serve`'s figure is a floor; `cargo bench --bench serve` has its own load and says more.
"""

import http.client
import json
import multiprocessing
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("CRUDDUR_OBS", ROOT / "target/release/cruddur-obs")).resolve()
SECONDS = 8


def ask(url, seconds, answered):
    """Asks for the home feed, one request after the other."""
    host = urllib.parse.urlsplit(url).netloc
    end = time.monotonic() + seconds
    count = 0
    connection = http.client.HTTPConnection(host, timeout=10)
    while time.monotonic() < end:
        try:
            connection.request("GET", "/api/activities/home")
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            continue
        count += answer.status == 200
        if answer.will_close:
            connection.close()
    answered.put(count)


def throughput(url):
    """Answers a second, after a second to warm up."""
    for seconds in (1, SECONDS):
        answered = multiprocessing.Queue()
        askers = [multiprocessing.Process(target=ask, args=(url, seconds, answered)) for _ in range(2 * os.cpu_count())]
        for asker in askers:
            asker.start()
        total = sum(answered.get() for _ in askers)
        for asker in askers:
            asker.join()
    return total / SECONDS


def started(command, directory, ready, **variables):
    """Starts a server and waits until it says where it is."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory), "TZ": "UTC", **variables}
    process = subprocess.Popen(command, env=environment, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        if ready.exists() and (text := ready.read_text()):
            return process, json.loads(text)["url"]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit(f"{command[0]} did not start")


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


def main():
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        sandbox, url = started(
            [BINARY, "sandbox", "--memory", "--port", "0", "--xray-port", "0", "--otlp-port", "0", "--ready-file", directory / "sandbox.json"],
            directory,
            directory / "sandbox.json",
        )
        # pyrollbar takes no address, and nothing of this is for the real Rollbar.
        environment = {**os.environ, "CRUDDUR_OBS_DATA_DIR": name}
        printed = subprocess.run(
            [BINARY, f"--sandbox={url}", "sandbox", "env", "--https", "-o", "json"], capture_output=True, check=True, env=environment
        ).stdout
        variables = {name: value for name, value in json.loads(printed).items() if isinstance(value, str)}
        app = ROOT / "tests/conformance/apps/cruddur.py"
        flask, at = started(
            [sys.executable, app], directory, directory / "flask.json", READY_FILE=str(directory / "flask.json"), OTEL_SERVICE_NAME="backend-flask", **variables
        )
        theirs = throughput(at)
        stop(flask)
        serve, at = started(
            [BINARY, f"--sandbox={url}", "serve", "-q", "--port", "0", "--ready-file", directory / "serve.json"], directory, directory / "serve.json"
        )
        ours = throughput(at)
        stop(serve)
        stop(sandbox)
    print(f"{'what':<38}  {'home feeds a second':>20}")
    print(f"{'Flask, all four tools':<38}  {theirs:>20,.0f}")
    print(f"{'serve, all four tools (load-bound)':<38}  {ours:>20,.0f}")
    print(f"{'ratio, at least':<38}  {ours / theirs:>19.1f}x")


if __name__ == "__main__":
    main()
