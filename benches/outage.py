"""X-Ray on a bad day, in full length: 429 for thirty seconds, then nobody there for a minute.

    cargo build --release && python3 benches/outage.py        CRUDDUR_OBS=path uses another binary

Sends 500 segments a second to the daemon all the while, and prints how many arrived in the end, the daemon's most
memory and its own last line. Ends with 1 if one is lost. Needs Python's standard library only.
"""

import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

BINARY = os.environ.get("CRUDDUR_OBS", str(pathlib.Path(__file__).parent.parent / "target/release/cruddur-obs"))
THROTTLED, DOWN, AFTER = 30, 60, 10
RATE, STEP = 500, 0.05

seen = set()
throttling = threading.Event()


class XRay(http.server.BaseHTTPRequestHandler):
    """Takes documents, or throttles."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Says nothing."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if throttling.is_set():
            status, answer = 429, b'{"message": "Rate exceeded"}'
        else:
            status, answer = 200, b'{"UnprocessedTraceSegments": []}'
            if self.path == "/TraceSegments":
                seen.update(json.loads(text)["id"] for text in json.loads(body)["TraceSegmentDocuments"])
        self.send_response(status)
        if status == 429:
            self.send_header("X-Amzn-ErrorType", "ThrottledException")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def listen(port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), XRay)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def segment(number):
    text = json.dumps({
        "id": f"{number:016x}", "trace_id": f"1-5759e988-{number:024x}", "name": "a", "start_time": 1, "end_time": 2,
        "metadata": {"default": {"filler": "x" * 400}},
    })
    return b'{"format":"json","version":1}\n' + text.encode()


def main():
    directory = pathlib.Path(tempfile.mkdtemp())
    throttling.set()
    server = listen(0)
    port = server.server_address[1]
    ready, log = directory / "ready.json", directory / "daemon.log"
    environment = {
        "HOME": str(directory), "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox",
    }
    command = [BINARY, "daemon", "-o", "-b", "127.0.0.1:0", "-t", "127.0.0.1:0", "--ready-file", str(ready)]
    daemon = subprocess.Popen(command, env=environment, stderr=log.open("wb"))
    while not (ready.exists() and ready.read_text()):
        time.sleep(0.05)
    host, _, udp = json.loads(ready.read_text())["udp"].rpartition(":")
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    sent, began = 0, time.monotonic()
    while (elapsed := time.monotonic() - began) < THROTTLED + DOWN + AFTER:
        for _ in range(int(RATE * STEP)):
            sent += 1
            sender.sendto(segment(sent), (host, int(udp)))
        time.sleep(STEP)
        if server and throttling.is_set() and elapsed > THROTTLED:
            throttling.clear()
            server.shutdown()
            server.server_close()
            server = None
        if not server and elapsed > THROTTLED + DOWN:
            server = listen(port)
    ended = time.monotonic()
    while len(seen) < sent and time.monotonic() < ended + 60:
        time.sleep(0.1)
    status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    daemon.terminate()
    daemon.wait(timeout=20)
    print(f"429 for {THROTTLED} s, down for {DOWN} s, {RATE} segments/s")
    print(f"sent {sent}, arrived {len(seen)}, lost {sent - len(seen)}, most memory {peak / 1024:.1f} MB")
    print(log.read_text().splitlines()[-1])
    return int(len(seen) < sent)


if __name__ == "__main__":
    sys.exit(main())
