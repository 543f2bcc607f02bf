"""A tail on a bad day, in full length: throttled for thirty seconds, nobody there for thirty more, then a million lines.

    cargo build --release && python3 benches/tail.py [--live]        CRUDDUR_OBS=path uses another binary

Writes 200 lines a second to a sandbox all the while, with a line a minute late now and then; the tail reads it through a
proxy that throttles, and goes away. Prints how many lines came how often, the tail's most memory, and all that it said.
Ends with 1 if a line is lost or comes twice. Needs Python's standard library only.
"""

import http.client
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

BINARY = os.environ.get("CRUDDUR_OBS", str(pathlib.Path(__file__).parent.parent / "target/release/cruddur-obs"))
THROTTLED, DOWN, AFTER, PATIENCE = 30, 30, 10, 120
RATE, STEP, MANY, BATCH = 200, 0.05, 1_000_000, 10_000
GROUP, STREAM = "/bench/tail", "web-1"

throttling = threading.Event()
sandbox_port = 0


class Proxy(http.server.BaseHTTPRequestHandler):
    """Hands requests on, or throttles."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Says nothing."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if throttling.is_set():
            answer = b'{"__type": "ThrottlingException", "message": "Rate exceeded"}'
            self.answer(400, answer)
            return
        upstream = http.client.HTTPConnection("127.0.0.1", sandbox_port)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        upstream.request("POST", self.path, body, headers)
        answer = upstream.getresponse()
        if "eventstream" not in answer.headers["Content-Type"]:
            self.answer(answer.status, answer.read())
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        while (part := answer.read1(65536)) and not throttling.is_set():
            self.wfile.write(part)
            self.wfile.flush()

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    """Closes what it has open when it goes."""

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), Proxy)
        self.open = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        request, address = super().get_request()
        self.open.append(request)
        return request, address

    def handle_error(self, request, client_address):
        """A connection that is cut is what is wanted."""

    def go(self):
        self.shutdown()
        self.server_close()
        for request in self.open:
            try:
                request.shutdown(2)
            except OSError:
                pass


def call(operation, **members):
    connection = http.client.HTTPConnection("127.0.0.1", sandbox_port)
    scope = "Credential=sandbox/20261124/us-east-1/logs/aws4_request"
    headers = {
        "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"Logs_20140328.{operation}",
        "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0",
    }
    connection.request("POST", "/", json.dumps(members), headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{operation}: {text.decode()}")


def put(lines):
    now = int(time.time() * 1000)
    events = [{"timestamp": now + late, "message": text} for late, text in sorted(lines)]
    call("PutLogEvents", logGroupName=GROUP, logStreamName=STREAM, logEvents=events)


def main():
    global sandbox_port
    directory = pathlib.Path(tempfile.mkdtemp())
    ready, out, said = directory / "ready.json", directory / "lines", directory / "said"
    environment = {
        "HOME": str(directory), "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox",
    }
    command = [BINARY, "sandbox", "--port", "0", "--xray-port", "0", "--dir", str(directory), "--ready-file", str(ready)]
    sandbox = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    while not (ready.exists() and ready.read_text()):
        time.sleep(0.05)
    sandbox_port = int(json.loads(ready.read_text())["address"].rpartition(":")[2])
    call("CreateLogGroup", logGroupName=GROUP)
    call("CreateLogStream", logGroupName=GROUP, logStreamName=STREAM)
    proxy = Server(0)
    port = proxy.server_address[1]
    environment["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{port}"
    words = [BINARY, "logs", "tail", GROUP, "-o", "raw", *sys.argv[1:]]
    tail = subprocess.Popen(words, env=environment, stdout=out.open("wb"), stderr=said.open("wb"))
    sent, began = 0, time.monotonic()
    while (elapsed := time.monotonic() - began) < 10 + THROTTLED + DOWN + AFTER:
        lines = []
        for _ in range(int(RATE * STEP)):
            sent += 1
            lines.append((-60_000 if sent % 500 == 0 else 0, f"line {sent}"))
        put(lines)
        time.sleep(STEP)
        if 10 < elapsed < 10 + THROTTLED:
            throttling.set()
        elif throttling.is_set():
            throttling.clear()
            proxy.go()
            proxy = None
        if not proxy and elapsed > 10 + THROTTLED + DOWN:
            proxy = Server(port)
    for _ in range(MANY // BATCH):
        put([(0, f"line {sent + number}") for number in range(1, BATCH + 1)])
        sent += BATCH
    ended = time.monotonic()
    while out.read_bytes().count(b"\n") < sent and time.monotonic() < ended + PATIENCE:
        time.sleep(0.5)
    caught_up = time.monotonic() - ended
    # Whatever might come twice has time to.
    time.sleep(5)
    status = pathlib.Path(f"/proc/{tail.pid}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    tail.send_signal(signal.SIGINT)
    tail.wait(timeout=20)
    sandbox.terminate()
    sandbox.wait(timeout=20)
    shown = out.read_text().splitlines()
    lost, twice = sent - len(set(shown)), len(shown) - len(set(shown))
    print(f"throttled for {THROTTLED} s, nobody there for {DOWN} s, then {MANY:,} lines at once")
    print(f"written {sent:,}, shown {len(shown):,}, lost {lost:,}, twice {twice:,}")
    print(f"caught up {caught_up:.1f} s after the last line; most memory {peak / 1024:.1f} MB; exit code {tail.returncode}")
    print(said.read_text(), end="")
    return int(lost or twice)


if __name__ == "__main__":
    sys.exit(main())
