"""Reading a log group to its end: `logs tail --no-follow` beside awslogs (PyPI), on one sandbox.

    cargo build --release && pip install awslogs setuptools && python3 benches/reading.py
                    CRUDDUR_OBS=path and AWSLOGS=path use other programs

Writes 500,000 lines and has each program print them all: ours three times, of which the middle counts, awslogs once.
Ends with 1 if lines are missing or ours is less than ten times as fast.
"""

import http.client
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BINARY = os.environ.get("CRUDDUR_OBS", str(pathlib.Path(__file__).parent.parent / "target/release/cruddur-obs"))
AWSLOGS = os.environ.get("AWSLOGS", "awslogs")
LINES, BATCH, GROUP = 500_000, 8_000, "/bench/reading"
WANTED = 10


def call(port, operation, **members):
    connection = http.client.HTTPConnection("127.0.0.1", port)
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


def timed(words, environment):
    began = time.monotonic()
    done = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True)
    return time.monotonic() - began, done.stdout.count(b"\n")


def main():
    if not shutil.which(AWSLOGS):
        raise SystemExit("awslogs is not there: pip install awslogs setuptools, or name it with AWSLOGS=path")
    directory = pathlib.Path(tempfile.mkdtemp())
    ready = directory / "ready.json"
    environment = {
        "HOME": str(directory), "PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox",
    }
    command = [BINARY, "sandbox", "--port", "0", "--xray-port", "0", "--dir", str(directory), "--ready-file", str(ready)]
    sandbox = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    while not (ready.exists() and ready.read_text()):
        time.sleep(0.05)
    url = json.loads(ready.read_text())["url"]
    port = int(url.rpartition(":")[2])
    call(port, "CreateLogGroup", logGroupName=GROUP)
    call(port, "CreateLogStream", logGroupName=GROUP, logStreamName="web-1")
    start = int(time.time() * 1000) - 300_000
    for first in range(0, LINES, BATCH):
        events = [
            {"timestamp": start + number // 5,
             "message": f"INFO request {number} path=/api/activities/home status=200 duration=12ms user=andrewbrown"}
            for number in range(first, min(first + BATCH, LINES))
        ]
        call(port, "PutLogEvents", logGroupName=GROUP, logStreamName="web-1", logEvents=events)
    environment["AWS_ENDPOINT_URL"] = url
    ours = [timed([BINARY, "logs", "tail", GROUP, "--no-follow", "--since", "1h"], environment) for _ in range(3)]
    theirs = timed([AWSLOGS, "get", GROUP, "--start=1h ago", "--timestamp", "--no-color", f"--aws-endpoint-url={url}"], environment)
    sandbox.terminate()
    sandbox.wait(timeout=20)
    seconds = statistics.median(second for second, _ in ours)
    ratio = theirs[0] / seconds
    print(f"{'':24}{'seconds':>9}{'lines/s':>12}{'lines':>10}")
    for name, took, lines in [("logs tail --no-follow", seconds, ours[0][1]), ("awslogs get", *theirs)]:
        print(f"{name:24}{took:9.2f}{lines / took:12,.0f}{lines:10,}")
    print(f"{ratio:.1f} times as fast; wanted {WANTED}")
    return int(ratio < WANTED or any(lines != LINES for _, lines in [*ours, theirs]))


if __name__ == "__main__":
    sys.exit(main())
