"""`cruddur-obs serve`, judged by the tools' own APIs: one id leads to a request in all four."""

import json
import secrets
import time

import pytest

from processes import BINARY, READY, fetch, until

PIPELINES = {"X-Ray", "traces (OTLP)", "CloudWatch Logs", "Rollbar"}


@pytest.fixture
def served(start, sandbox):
    return start("serve", BINARY, f"--sandbox={sandbox.url}", "serve", "--port", "0", "--ready-file", READY, "-o", "json")


def fresh():
    """A trace's id as a caller makes one: as X-Ray writes it, and as W3C does."""
    second, rest = f"{int(time.time()):08x}", secrets.token_hex(12)
    return f"1-{second}-{rest}", second + rest


def counts(ended):
    """What became of what each pipeline was given; nothing may be lost without a reason."""
    pipelines = {one["name"]: one for one in ended.json["pipelines"]}
    assert pipelines.keys() == PIPELINES
    for one in pipelines.values():
        lost = sum(reason["count"] for reason in one["dropped"] + one["rejected"])
        assert one["on"] and one["given"] == one["sent"] + lost + one["waiting"], one
        assert (lost, one["waiting"]) == (0, 0), one
    return {name: one["sent"] for name, one in pipelines.items()}


@pytest.mark.parametrize(("path", "status"), [("/api/activities/home", 200), ("/debug/error", 500)])
def test_one_id_leads_to_a_request_in_all_four_views(served, sandbox, views, cruddur, path, status):
    xray_id, w3c_id = fresh()
    caller = secrets.token_hex(8)
    answer = fetch(served.url + path, X_Amzn_Trace_Id=f"Root={xray_id};Parent={caller};Sampled=1")
    assert answer[0] == status
    assert answer[2]["X-Amzn-Trace-Id"].startswith(f"Root={xray_id}")
    version, trace, span, flags = answer[2]["traceparent"].split("-")
    assert (version, trace, int(flags, 16) & 1) == ("00", w3c_id, 1)
    ended = served.end()
    assert ended.code == 0, ended
    sent = counts(ended)

    # X-Ray
    failed = status == 500
    (segment,) = until("the segment has come", lambda: views.segments(xray_id))
    assert (segment["name"], segment["id"], segment["parent_id"]) == ("Cruddur", span, caller)
    assert segment["http"]["response"]["status"] == status
    assert segment.get("fault", False) == failed
    (summary,) = views.traces(f'http.url ENDSWITH "{path}"')
    assert (summary["Id"], summary["HasFault"]) == (xray_id, failed)
    assert sent["X-Ray"] == 1

    # Honeycomb
    rows = views.rows(
        "backend-flask", calculations=[{"op": "COUNT"}], breakdowns=["name", "trace.parent_id", "meta.annotation_type"],
        filters=[{"column": "trace.trace_id", "op": "=", "value": w3c_id}],
    )
    events = {(row["name"], row["trace.parent_id"], row["meta.annotation_type"]): row["COUNT"] for row in rows}
    # What befell a span is an event of its own.
    within = ("exception", span, "span_event") if failed else ("home-activities-mock-data", span, None)
    assert events == {(f"GET {path}", caller, None): 1, within: 1}
    assert sent["traces (OTLP)"] == sum(count for (_, _, annotation), count in events.items() if annotation is None)

    # CloudWatch Logs
    found = [json.loads(line) for line in views.lines("cruddur", f'{{ $.trace_id = "{w3c_id}" }}')]
    assert len(found) == (1 if failed else 2)
    assert {(line["trace_id"], line["xray_trace_id"], line["span_id"]) for line in found} == {(w3c_id, xray_id, span)}
    assert found[-1]["fields"]["status"] == status
    # One more line tells of the start.
    assert sent["CloudWatch Logs"] == len(views.lines("cruddur")) == len(found) + 1

    # Rollbar
    reports = views.reports()
    assert sent["Rollbar"] == len(reports) == (1 if failed else 0)
    for data in reports:
        assert data["custom"]["trace_id"] == w3c_id
        assert data["body"]["trace"]["exception"]["message"] == "deliberate failure for telemetry"

    # And the command that asks them all.
    for name in (xray_id, w3c_id):
        told = cruddur(f"--sandbox={sandbox.url}", "trace", name, "-o", "json").ok().json
        assert (told["trace_id"], told["w3c_trace_id"]) == (xray_id, w3c_id)
        states = {part: told[part]["state"] for part in ("xray", "cloudwatch_logs", "honeycomb", "rollbar")}
        assert states.pop("rollbar") == ("found" if failed else "nothing")
        assert set(states.values()) == {"found"}, told


def test_a_caller_who_wants_no_trace_is_heeded_by_xray_only(served, views):
    xray_id, w3c_id = fresh()
    answer = fetch(served.url + "/api/activities/home", X_Amzn_Trace_Id=f"Root={xray_id};Sampled=0")
    assert answer[0] == 200
    assert answer[2]["traceparent"].split("-")[1] == w3c_id
    sent = counts(served.end())
    assert (sent["X-Ray"], sent["traces (OTLP)"] > 0) == (0, True)
    asked = {"column": "trace.trace_id", "op": "=", "value": w3c_id}
    (row,) = views.rows("backend-flask", calculations=[{"op": "COUNT"}], filters=[asked])
    assert row["COUNT"] == sent["traces (OTLP)"]


def test_a_callers_traceparent_is_continued(served, views):
    _, w3c_id = fresh()
    answer = fetch(served.url + "/debug/error", traceparent=f"00-{w3c_id}-{secrets.token_hex(8)}-01")
    assert answer[2]["traceparent"].split("-")[1] == w3c_id
    assert answer[2]["X-Amzn-Trace-Id"].startswith(f"Root=1-{w3c_id[:8]}-{w3c_id[8:]}")
    counts(served.end())
    assert [data["custom"]["trace_id"] for data in views.reports()] == [w3c_id]
