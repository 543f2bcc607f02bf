"""Clients that take no address for their service, unmodified: `--https` leads them to the sandbox, and nothing else out."""

import json
import os
import pathlib
import shutil
import sys

import pytest

from processes import run

HERE = pathlib.Path(__file__).parent
# Not a line of theirs is of this project: Node itself is enough.
NODE = shutil.which("node")
REQUIRED = "CRUDDUR_OBS_REQUIRE_CONFORMANCE" in os.environ


@pytest.fixture
def unled(https_variables, environment, tmp_path):
    """Uses these clients with what `sandbox env --https` says; gives what each had to say."""

    def program(*kinds):
        told = run([sys.executable, HERE / "apps" / "unled.py", *kinds], {**environment, **https_variables}, tmp_path).ok()
        return [json.loads(line) for line in told.out.splitlines()]

    return program


def test_pyrollbar(unled, views):
    (uuid,) = unled("pyrollbar")
    (data,) = views.reports()
    assert (data["uuid"], data["body"]) == (uuid, {"message": {"body": "Hello World!"}})


def test_libhoney(unled, views):
    assert unled("libhoney") == [202]
    assert views.rows("unled", calculations=[{"op": "COUNT"}], breakdowns=["name"]) == [{"name": "libhoney-py", "COUNT": 1}]


def test_opentelemetry(unled, views):
    (identity,) = unled("opentelemetry")
    rows = views.rows("unknown_service", calculations=[{"op": "COUNT"}], breakdowns=["name", "trace.trace_id"])
    assert rows == [{"name": "a span", "trace.trace_id": identity, "COUNT": 1}]


def test_what_they_are_made_of(unled, sandbox):
    assert unled("requests", "urllib", "strict", "boto3") == [[200, 200], "cruddur", 200, []]
    assert [call["operation"] for call in sandbox.calls()] == ["GetAuth"] * 3 + ["Ping", "GetGroups"]


def test_nothing_leaks_out(unled, sandbox):
    (said,) = unled("elsewhere")
    assert len(said) == 2 and all("Tunnel connection failed: 403 Refused by the sandbox of cruddur-obs" in text for text in said), said
    assert sandbox.log().count("refused to connect to example.com:443: ") >= 2


def test_curl(https_variables, environment, sandbox, tmp_path):
    assert shutil.which("curl"), "curl is not installed"
    script = """
        curl -sSf https://api.rollbar.com/api/1/status/ping -o /dev/null
        curl -sSf --proxy "$HTTPS_PROXY" --cacert "$SSL_CERT_FILE" https://api.honeycomb.io/1/auth -H "X-Honeycomb-Team: $HONEYCOMB_API_KEY" -o /dev/null
        curl -sS https://example.com && exit 1
        curl -sS https://localhost:1 && exit 1
        exit 0
    """
    told = run(["bash", "-uc", script], {**environment, **https_variables}, tmp_path).ok()
    refused, direct = told.err.splitlines()
    assert "403" in refused and "localhost port 1" in direct, told
    assert [call["operation"] for call in sandbox.calls()] == ["Ping", "GetAuth"]


@pytest.mark.skipif(NODE is None and not REQUIRED, reason="SKIPPED: Node is not installed, so it did not judge")
def test_node(https_variables, environment, tmp_path):
    assert NODE, "Node is not installed"
    told = run([NODE, HERE / "node" / "unled.js"], {**environment, **https_variables}, tmp_path).ok()
    auth, ping, elsewhere = [json.loads(line) for line in told.out.splitlines()]
    assert (auth[0], json.loads(auth[1])["team"]["slug"]) == (200, "cruddur"), told
    assert ping[0] == 200, told
    assert len(elsewhere) == 1 and ("403" in elsewhere[0] or "Refused" in elsewhere[0]), told


@pytest.mark.parametrize("place", [["--memory"], []], ids=["memory", "disk"])
def test_run_leads_one_command(cruddur, environment, place):
    app = str(HERE / "apps" / "unled.py")
    told = cruddur("sandbox", "run", "--https", *place, "--", sys.executable, app, "pyrollbar", "libhoney", "boto3").ok()
    uuid, status, groups = [json.loads(line) for line in told.out.splitlines()]
    assert uuid and (status, groups) == (202, [])
    left = {path.name for path in pathlib.Path(environment["XDG_DATA_HOME"]).rglob("*.pem")}
    assert left == (set() if place else {"authority.pem"})
