"""Measures what a person waits for, and prints one table with the targets beside it.

    tests/conformance/install && tests/conformance/.venv/bin/python benches/startup.py

Builds the release binary, starts its sandbox on loopback, lets `setup` create everything once, and
then times, all in one run on one machine:

- `cruddur-obs --version`;
- `cruddur-obs setup` with nothing left to change, against `aws xray get-groups`,
  `aws xray get-sampling-rules` and `aws logs describe-log-groups`, one after the other, which is
  how the seeds' readers check the same; both talk to the same sandbox;
- the size of the binary.

Exits 1 if a target is missed. CRUDDUR_OBS names another binary; then nothing is built. Few modules
are imported on purpose: the kernel counts what this process held at the moment of the fork towards
the child's peak memory. The row `true` shows that floor.
"""

import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
CLI = pathlib.Path(sys.executable).parent / "aws"
COMMANDS = [
    ["xray", "get-groups"],
    ["xray", "get-sampling-rules"],
    ["logs", "describe-log-groups"],
]
QUICK_RUNS = 40
CLI_RUNS = 7
VERSION_TARGET_MS = 10
WALL_TARGET = 20
MEMORY_TARGET = 4
SIZE_TARGET_MB = 30


class Measure:
    """The runs of one command: seconds and bytes."""

    def __init__(self, name):
        self.name = name
        self.seconds = []
        self.bytes = []

    @property
    def wall(self):
        return median(self.seconds)

    @property
    def memory(self):
        return max(self.bytes)

    def row(self):
        least, most = min(self.seconds) * 1000, max(self.seconds) * 1000
        spread = f"{least:.1f} to {most:.1f}"
        return f"{self.name:<44}{len(self.seconds):>5}{self.wall * 1000:>10.1f} ms{spread:>20}{self.memory / 1e6:>10.1f} MB"


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def once(command, environment):
    """One run with its output thrown away: wall seconds and peak bytes."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            for stream in range(3):
                os.dup2(nowhere, stream)
            os.execve(command[0], command, environment)
        finally:
            os._exit(127)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    os.close(nowhere)
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        sys.exit(f"{' '.join(command)} ended with {code}")
    # Linux counts in KiB, macOS in bytes.
    return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(name, command, environment, runs):
    done = Measure(name)
    once(command, environment)
    for _ in range(runs):
        seconds, peak = once(command, environment)
        done.seconds.append(seconds)
        done.bytes.append(peak)
    return done


def binary():
    given = os.environ.get("CRUDDUR_OBS")
    if given:
        return pathlib.Path(given).resolve()
    subprocess.run(["cargo", "build", "--release", "--quiet", "--locked"], cwd=REPOSITORY, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    return target / "release" / "cruddur-obs"


def start_sandbox(program, directory, environment):
    ready = directory / "ready.json"
    words = [program, "sandbox", "--port", "0", "--memory", "--ready-file", ready]
    process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(2000):
        if ready.exists() and (text := ready.read_text()):
            return process, json.loads(text)["url"]
        try:
            sys.exit(f"the sandbox ended with {process.wait(timeout=0.005)}")
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    sys.exit("the sandbox did not become ready")


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()[0]


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def run(program, directory):
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(directory), "LANG": "C.UTF-8"}
    os.chdir(directory)
    sandbox, url = start_sandbox(program, directory, environment)
    try:
        client = {
            **environment,
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        setup = [str(program), "setup"]
        once(setup, client)
        again = subprocess.run(setup, env=client, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if again.returncode != 0 or "no changes" not in again.stderr:
            sys.exit(f"setup does not converge:\n{again.stdout}{again.stderr}")
        floor = measure("true", [shutil.which("true"), "x"], environment, QUICK_RUNS)
        version = measure("cruddur-obs --version", [str(program), "--version"], environment, QUICK_RUNS)
        ours = measure("cruddur-obs setup (no changes)", setup, client, QUICK_RUNS)
        theirs = [measure("aws " + " ".join(words), [str(CLI), *words], client, CLI_RUNS) for words in COMMANDS]
    finally:
        sandbox.send_signal(signal.SIGTERM)
        sandbox.wait()
    together = Measure("these three, one after the other")
    together.seconds = [sum(seconds) for seconds in zip(*(each.seconds for each in theirs))]
    together.bytes = [max(each.memory for each in theirs)]
    return floor, version, ours, theirs, together


def main():
    program = binary()
    with tempfile.TemporaryDirectory() as directory:
        floor, version, ours, theirs, together = run(program, pathlib.Path(directory))
    size = program.stat().st_size

    print(f"machine   {os.cpu_count()} cores, {processor()}, {platform.system()} {platform.release()}")
    cli = first_line(str(CLI), "--version").split()
    print(f"versions  {first_line(str(program), '--version')}, {cli[0]}, Python {platform.python_version()}\n")
    print(f"{'command':<44}{'runs':>5}{'median':>13}{'from, to (ms)':>20}{'peak memory':>13}")
    for row in (floor, version, ours, *theirs, together):
        print(row.row())

    wall, memory = together.wall / ours.wall, together.memory / ours.memory
    targets = [
        ("--version, median", f"< {VERSION_TARGET_MS} ms", f"{version.wall * 1000:.1f} ms", version.wall * 1000 < VERSION_TARGET_MS),
        ("setup is faster than the three by", f">= {WALL_TARGET} x", f"{wall:.1f} x", wall >= WALL_TARGET),
        ("setup needs less memory by", f">= {MEMORY_TARGET} x", f"{memory:.1f} x", memory >= MEMORY_TARGET),
        ("release binary", f"< {SIZE_TARGET_MB} MB", f"{size / 1e6:.1f} MB", size < SIZE_TARGET_MB * 1e6),
    ]
    print(f"\n{'target':<44}{'wanted':>12}{'got':>12}")
    for name, wanted, got, passed in targets:
        print(f"{name:<44}{wanted:>12}{got:>12}  {'pass' if passed else 'FAIL'}")
    return 0 if all(passed for *_, passed in targets) else 1


if __name__ == "__main__":
    sys.exit(main())
