"""One world per test: a fresh sandbox, clients that are checked, and nothing of the real environment."""

import contextlib
import os
import pathlib
import sys
import urllib.request

import boto3
import botocore.config
import botocore.loaders
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.model import ServiceModel

from four_views import Views
from model import check_answer, check_parsed
from processes import BINARY, KEYS, REGION, Sandbox, Started, run
from recorder import Recorder

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE / "fixtures"


def pytest_configure():
    if not (BINARY and os.access(BINARY, os.X_OK)):
        raise pytest.UsageError("CRUDDUR_OBS must name the binary under test; tests/conformance/run does that")


@pytest.fixture(scope="session")
def loader():
    """Reads each service model once."""
    return botocore.loaders.Loader(include_default_search_paths=True)


@pytest.fixture(scope="session")
def models(loader):
    return {name: ServiceModel(loader.load_service_model(name, "service-2"), name) for name in ("xray", "logs", "sts")}


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """The environment of this process and of all that it starts: a path, a home, and no more."""
    home = tmp_path / "home"
    home.mkdir()
    path = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in {
        "PATH": path,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return os.environ


@pytest.fixture
def sandbox(request, environment, tmp_path):
    """A sandbox of this test's own. Unknown operations fail the test unless it expects them."""
    marker = request.node.get_closest_marker("sandbox")
    unknown = request.node.get_closest_marker("unknown")
    running = Sandbox(tmp_path, list(marker.args) if marker else [], dict(environment))
    try:
        yield running
        assert running.get("/_sandbox/calls")["totals"]["unknown_operations"] == (unknown.args[0] if unknown else 0)
    finally:
        code = running.stop()
    assert code == 0, f"the sandbox ended with {code}:\n{running.log()}"
    assert "a bug" not in running.log() and "panicked" not in running.log(), running.log()


@pytest.fixture
def watched(environment, loader):
    """Makes botocore sessions whose every call is held against the models."""

    def before_parse(operation_model, response_dict, **_):
        check_answer(operation_model, response_dict["status_code"], response_dict["headers"], response_dict["body"])

    def after_call(model, parsed, http_response, **_):
        if http_response.status_code < 300:
            check_parsed(model, parsed)

    def session():
        made = botocore.session.Session()
        made.register_component("data_loader", loader)
        made.register("before-parse", before_parse)
        made.register("after-call", after_call)
        return made

    return session


@pytest.fixture
def client(sandbox, watched):
    """Makes boto3 clients of the sandbox; retries are off unless asked for."""

    def make(service, region=REGION, account=None, url=None, attempts=1):
        keys = {**KEYS, "AWS_ACCESS_KEY_ID": account or KEYS["AWS_ACCESS_KEY_ID"]}
        return boto3.Session(botocore_session=watched()).client(
            service,
            region_name=region,
            endpoint_url=url or sandbox.url,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            config=botocore.config.Config(retries={"total_max_attempts": attempts, "mode": "standard"}),
        )

    return make


@pytest.fixture
def xray(client):
    return client("xray")


@pytest.fixture
def logs(client):
    return client("logs")


@pytest.fixture
def recorder(models):
    """Puts a recording, checking proxy in front of a server."""
    made = []

    def make(target, check_answers=True):
        made.append(Recorder(target, models, check_answers))
        return made[-1]

    yield make
    for each in made:
        each.close()
    problems = [problem for each in made for problem in each.problems]
    assert not problems, "\n".join(map(str, problems))


@pytest.fixture(scope="session")
def moto_server():
    """A server that nobody here wrote."""
    from moto.server import ThreadedMotoServer  # takes a second; most tests do without

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def moto(moto_server, recorder):
    """moto, emptied, behind a recorder that holds our requests against the models."""
    reset = urllib.request.Request(moto_server + "/moto-api/reset", method="POST")
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(reset, timeout=10).close()
    return recorder(moto_server, check_answers=False)


@pytest.fixture
def front(sandbox, recorder):
    """The sandbox with a recording, checking proxy in front of it."""
    return recorder(sandbox.url)


@pytest.fixture
def variables(sandbox, cruddur):
    """What the sandbox tells an app to have in its environment."""
    told = cruddur(f"--sandbox={sandbox.url}", "sandbox", "env", "-o", "json").ok().json
    return {name: value for name, value in told.items() if value is not None}


@pytest.fixture
def https_variables(sandbox, cruddur):
    """The same for an app whose clients take no address; without a word of where Rollbar is."""
    told = cruddur(f"--sandbox={sandbox.url}", "sandbox", "env", "--https", "-o", "json").ok().json
    return {name: value for name, value in told.items() if value is not None and name != "ROLLBAR_ENDPOINT"}


@pytest.fixture
def views(client, variables):
    """What each of the four tools has, asked as its own users ask."""
    return Views(client, variables)


@pytest.fixture
def start(environment, tmp_path):
    """Starts a program that writes a ready file; it does not outlive the test."""
    running = []

    def program(name, *command, **variables):
        running.append(Started(name, command, {**environment, **variables}, tmp_path))
        return running[-1]

    yield program
    for each in running:
        each.kill()


@pytest.fixture
def project(tmp_path):
    """A working directory with the seeds' own aws/json/xray.json."""
    directory = tmp_path / "project"
    (directory / "aws" / "json").mkdir(parents=True)
    rule = FIXTURES / "seeds" / "aws" / "json" / "xray.json"
    (directory / "aws" / "json" / "xray.json").write_text(rule.read_text())
    return directory


@pytest.fixture
def aws(front, environment, project):
    """Runs shell text with the AWS CLI on the path, as a client of the sandbox."""

    def shell(text, **variables):
        settings = {**KEYS, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": front.url, **variables}
        settings = {name: value for name, value in settings.items() if value is not None}
        return run(["bash", "-euc", text], {**environment, **settings}, project)

    return shell


@pytest.fixture
def cruddur(environment, project):
    """Runs cruddur-obs in the project, without a terminal; `given` goes to its stdin."""

    def command(*words, given=None, **variables):
        return run([BINARY, *words], {**environment, **variables}, project, given)

    return command


@pytest.fixture
def refused():
    """Demands a refusal: code, HTTP status and text."""

    @contextlib.contextmanager
    def expect(code, text=None, status=400):
        with pytest.raises(ClientError) as caught:
            yield caught
        answer = caught.value.response
        assert answer["Error"]["Code"] == code, answer
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status, answer
        if text is not None:
            assert answer["Error"]["Message"] == text

    return expect
