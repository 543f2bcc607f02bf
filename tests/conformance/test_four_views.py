"""The seeds' own application, with all four tools at once: each of its requests is found in each of them."""

import pathlib
import re
import sys

import pytest

from processes import fetch, until

APP = pathlib.Path(__file__).parent / "apps" / "cruddur.py"


@pytest.fixture
def app(start, https_variables):
    """The application, with what the sandbox says it needs, and the name that the seeds give it."""
    return start("cruddur", sys.executable, APP, OTEL_SERVICE_NAME="backend-flask", OTEL_BSP_SCHEDULE_DELAY="200", **https_variables)


def ask(app, path, status):
    """Asks for a page, and for its trace: X-Ray's SDK takes one request a second and every twentieth else."""
    answer = fetch(app.url + path, X_Amzn_Trace_Id="Sampled=1")
    assert answer[0] == status, (path, answer)
    return answer


def only(found):
    """The one that there is."""
    assert len(found) == 1, found
    return found[0]


def test_every_request_is_in_all_four_views(app, views):
    ask(app, "/api/activities/home", 200)
    ask(app, "/api/activities/@andrewbrown", 200)
    ask(app, "/debug/error", 500)
    assert fetch(app.url + "/rollbar/test")[1] == "Hello World!"
    # The threads of pyrollbar end with those of Flask's server that started them, sent or not.
    until("both reports have come", lambda: len(views.reports()) == 2)
    # What else waits is sent at the end; the handler for CloudWatch Logs waits a minute for more.
    assert app.end().code == 0, app.ended()

    # X-Ray
    def segment(path):
        expression = f'service("Cruddur") AND http.url ENDSWITH "{path}"'
        summary = only(until(f"the segment of {path} has come", lambda: views.traces(expression)))
        document = only(views.segments(summary["Id"]))
        assert document["name"] == "Cruddur"
        assert document["aws"]["xray"]["sdk"] == "X-Ray for Python"
        return summary, document

    _, home = segment("/api/activities/home")
    assert only(home["subsegments"])["name"] == "home_endpoint"
    _, user = segment("/api/activities/@andrewbrown")
    endpoint = only(user["subsegments"])
    mock = only(endpoint["subsegments"])
    assert (endpoint["name"], mock["name"]) == ("user_endpoint", "subsegment_mock")
    assert mock["metadata"]["namespace"]["key"]["results-size"] == 1
    summary, failed = segment("/debug/error")
    assert summary["HasFault"] and failed["fault"]
    exception = only(only(failed["subsegments"])["cause"]["exceptions"])
    assert (exception["type"], exception["message"]) == ("DeliberateError", "deliberate failure for telemetry")

    # Honeycomb
    counts = {row["name"]: row["COUNT"] for row in views.rows("backend-flask", calculations=[{"op": "COUNT"}], breakdowns=["name"])}
    for name in (
        "GET /api/activities/home", "home-activities-mock-data", "GET /api/activities/@<string:handle>", "GET /debug/error", "GET /rollbar/test",
    ):
        assert counts[name] == 1, counts
    mocked = views.rows(
        "backend-flask", calculations=[{"op": "COUNT"}], breakdowns=["app.result_length", "library.name"],
        filters=[{"column": "name", "op": "=", "value": "home-activities-mock-data"}],
    )
    assert mocked == [{"app.result_length": 3, "library.name": "home.activities", "COUNT": 1}]
    errors = views.rows(
        "backend-flask", calculations=[{"op": "COUNT"}], breakdowns=["http.route", "http.status_code"],
        filters=[{"column": "error", "op": "=", "value": True}, {"column": "span.kind", "op": "=", "value": "server"}],
    )
    assert errors == [{"http.route": "/debug/error", "http.status_code": 500, "COUNT": 1}]

    # CloudWatch Logs
    assert views.lines("cruddur", '"Hello Cloudwatch!"') == ["Hello Cloudwatch! from  /api/activities/home"]
    lines = views.lines("cruddur")
    assert lines[0] == "some message"
    for path, status in {
        "/api/activities/home": "200 OK", "/api/activities/@andrewbrown": "200 OK", "/debug/error": "500 INTERNAL SERVER ERROR",
        "/rollbar/test": "200 OK",
    }.items():
        pattern = rf"\[\d{{4}}-[A-Z][a-z]{{2}}-\d\d \d\d:\d\d\] 127\.0\.0\.1 GET http {re.escape(path)}\? {status}"
        only([line for line in lines if re.fullmatch(pattern, line)])

    # Rollbar: threads of their own report, in no certain order.
    reports = {data["level"]: data for data in views.reports()}
    assert len(views.reports()) == len(reports) == 2
    assert reports["warning"]["body"] == {"message": {"body": "Hello World!"}}
    assert reports["error"]["context"] == "/debug/error"
    assert reports["error"]["body"]["trace"]["exception"] == {"class": "DeliberateError", "message": "deliberate failure for telemetry"}
    assert {data["environment"] for data in reports.values()} == {"production"}
