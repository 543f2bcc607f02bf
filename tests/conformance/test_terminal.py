"""The command as a person at a terminal meets it: questions, colours, eighty columns."""

import json
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from fcntl import ioctl

import pytest

from processes import BINARY, REGION, Sandbox

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """A command on a terminal of its own, eighty columns wide."""

    def __init__(self, words, environment, directory):
        self.master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        environment = {"TERM": "xterm-256color", **environment}
        self.process = subprocess.Popen(
            [BINARY, *words], stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=directory, close_fds=True
        )
        os.close(slave)
        self.shown = ""

    def read_until(self, text, seconds=20):
        """Reads on until the text shows, or the end."""
        deadline = time.monotonic() + seconds
        while text is None or text not in self.shown:
            left = deadline - time.monotonic()
            assert left > 0, f"waited in vain for {text!r}; the terminal shows:\n{self.shown}"
            ready, _, _ = select.select([self.master], [], [], left)
            if not ready:
                continue
            try:
                data = os.read(self.master, 65536)
            except OSError:  # Linux says so when the other side is closed.
                data = b""
            if not data:
                break
            self.shown += data.decode()
        return self.shown

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        """Reads to the end and gives the exit code and all that was shown."""
        self.read_until(None)
        os.close(self.master)
        return self.process.wait(10), self.shown.replace("\r\n", "\n")


@pytest.fixture
def terminal(environment, project):
    (project / "aws" / "json" / "logs.json").write_text(
        json.dumps({"LogGroups": [{"logGroupName": "cruddur", "retentionInDays": 7}]})
    )

    def start(*words, **variables):
        return Terminal(words, {**environment, **variables}, project)

    return start


@pytest.fixture
def changed(terminal, project):
    """Everything set up, and then one value changed in the file."""
    code, _ = terminal("--sandbox", "setup").end()
    assert code == 0
    file = project / "aws" / "json" / "xray.json"
    file.write_text(file.read_text().replace('"ReservoirSize": 5', '"ReservoirSize": 2'))
    return terminal


def test_a_yes_applies(changed):
    session = changed("--sandbox", "setup")
    session.read_until("Apply 1 change? [y/N]")
    session.type("y\n")
    code, shown = session.end()
    assert code == 0 and "0 created, 0 adopted, 1 updated, 2 unchanged" in shown, shown


@pytest.mark.parametrize("answer", ["n\n", "\n", "perhaps\n", "\x04"])
def test_anything_else_touches_nothing(changed, answer):
    session = changed("--sandbox", "setup")
    session.read_until("[y/N]")
    session.type(answer)
    code, shown = session.end()
    assert code == 3 and "nothing was touched" in shown, shown
    assert changed("--sandbox", "setup", "--plan", "--exit-code").end()[0] == 3


def test_control_c_at_the_question_ends_it(changed):
    session = changed("--sandbox", "setup")
    session.read_until("[y/N]")
    session.process.send_signal(2)
    assert session.end()[0] == 130


def test_log_data_goes_only_when_its_name_is_typed(changed):
    session = changed("--sandbox", "teardown", "--logs")
    session.read_until("[y/N]")
    session.type("y\n")
    session.read_until("Type cruddur to delete this log group and all it holds:")
    session.type("yes\n")
    assert session.end()[0] == 3
    session = changed("--sandbox", "teardown", "--logs")
    session.read_until("[y/N]")
    session.type("y\n")
    session.read_until("all it holds:")
    session.type("cruddur\n")
    code, shown = session.end()
    assert code == 0 and "3 deleted" in shown, shown


def test_lines_fit_eighty_columns(terminal):
    for words in (["--sandbox", "setup"], ["--sandbox", "xray", "rules"], ["--sandbox", "logs", "groups"], ["setup", "--help"]):
        code, shown = terminal(*words).end()
        assert code == 0
        lines = ESCAPE.sub("", shown).replace("\r", "\n").split("\n")
        long = [line for line in lines if len(line) > 80]
        assert not long, long


def test_colour_is_for_terminals_that_want_it(terminal):
    assert "\x1b[" in terminal("--sandbox", "setup").end()[1]
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        code, shown = terminal("--sandbox", "setup", **variables).end()
        assert code == 0 and "\x1b[" not in shown, shown
    assert "\x1b[" not in terminal("--sandbox", "setup", "--color", "never").end()[1]


def test_json_is_json_on_a_terminal_too(terminal):
    code, shown = terminal("--sandbox", "setup", "-q", "-o", "json").end()
    assert code == 0 and json.loads(shown)["pending"] is False


@pytest.fixture
def graph(terminal, client, sandbox):
    """`xray graph` on a terminal, of a sandbox that boto3 has sent a trace to."""

    def start(*words, url=sandbox.url):
        now = int(time.time())
        document = {"trace_id": f"1-{now:08x}-{1:024x}", "id": f"{1:016x}", "name": "web", "start_time": now - 1, "end_time": now}
        answer = client("xray", url=url).put_trace_segments(TraceSegmentDocuments=[json.dumps(document)])
        assert answer["UnprocessedTraceSegments"] == []
        return terminal(f"--sandbox={url}", "--region", REGION, "--max-attempts", "1", "xray", "graph", *words)

    return start


def test_a_watch_draws_in_place_and_ends_well(graph):
    session = graph("--watch", "1")
    session.read_until("every 1 s; stop with Ctrl-C")
    first = session.shown
    while session.shown.count("every 1 s; stop with Ctrl-C") < 2:
        session.shown += os.read(session.master, 65536).decode()
    session.process.send_signal(2)
    code, shown = session.end()
    assert code == 0, shown
    assert first.startswith("\x1b[H") and "web" in first, first
    # Drawn over, not below: every picture begins at the top, and what it leaves is cleared.
    assert shown.count("\x1b[H") >= 2 and shown.count("\x1b[J") == shown.count("\x1b[H"), shown
    assert "\x1b[2J" not in shown


def test_a_watch_keeps_the_last_picture_when_x_ray_is_away(graph, environment, project):
    leaving = Sandbox(project, [], dict(environment))
    session = graph("--watch", "1", "--utc", url=leaving.url)
    session.read_until("stop with Ctrl-C")
    assert leaving.stop() == 0
    session.read_until("stale since 20")
    picture = session.shown.rsplit("\x1b[H", 1)[1]
    assert "web" in picture, session.shown
    session.process.send_signal(2)
    assert session.end()[0] == 0


def test_a_graph_fits_eighty_columns(graph):
    for words in ([], ["-o", "tree"]):
        code, shown = graph(*words).end()
        assert code == 0 and "web" in shown, shown
        long = [line for line in ESCAPE.sub("", shown).replace("\r", "\n").split("\n") if len(line) > 80]
        assert not long, long
