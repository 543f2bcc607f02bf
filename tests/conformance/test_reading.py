"""The reading commands beside boto3: the same answers, by requests that the service model allows."""

import json
import time

import pytest

from processes import KEYS, REGION


@pytest.fixture
def reading(cruddur, front):
    """`cruddur-obs xray …`, every request of which is held against the models."""

    def command(*words):
        return cruddur("xray", *words, **KEYS, AWS_REGION=REGION, AWS_ENDPOINT_URL=front.url)

    return command


@pytest.fixture
def window(xray):
    """Start and end of a minute in which seven traces were recorded, every second one a failure."""
    now = int(time.time())
    documents = []
    for number in range(1, 8):
        start = now - 30 + number
        documents.append(
            {
                "trace_id": f"1-{start:08x}-{number:024x}",
                "id": f"{number:016x}",
                "name": "web",
                "start_time": start,
                "end_time": start + 0.125 * number,
                "fault": number % 2 == 0,
                "http": {"request": {"method": "GET", "url": f"http://web.example/{number}"}, "response": {"status": 500 if number % 2 == 0 else 200}},
                "annotations": {"number": number, "even": number % 2 == 0, "word": f"n{number}"},
                "subsegments": [
                    {"id": f"{number + 4096:016x}", "name": "db", "namespace": "remote", "start_time": start, "end_time": start + 0.0625}
                ],
            }
        )
    answer = xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(document) for document in documents])
    assert answer["UnprocessedTraceSegments"] == []
    return now - 40, now + 1


def test_the_graph(reading, xray, window, front):
    theirs = xray.get_service_graph(StartTime=window[0], EndTime=window[1])["Services"]
    ours = reading("graph", "--since", str(window[0]), "-o", "json").ok().json
    assert front.operations == ["GetServiceGraph"]

    def counts(statistics):
        return statistics.get("OkCount", 0), statistics.get("FaultStatistics", {}).get("TotalCount", 0)

    wanted = sorted((node["Name"], node.get("Type") or "", *counts(node.get("SummaryStatistics", {}))) for node in theirs)
    shown = sorted((node["name"], node["type"] or "", *figures(node)) for node in ours["nodes"])
    assert shown == wanted
    assert len(ours["edges"]) == sum(len(node["Edges"]) for node in theirs)


def figures(node):
    statistics = node.get("statistics") or node
    return statistics.get("ok") or 0, statistics.get("fault") or 0


@pytest.mark.parametrize("filter", [None, "fault", 'annotation.number > 3 AND http.method = "GET"', 'service("web")'])
def test_traces(reading, xray, window, front, filter):
    wanted = {"StartTime": window[0], "EndTime": window[1], **({"FilterExpression": filter} if filter else {})}
    theirs = {each["Id"]: each for each in xray.get_trace_summaries(**wanted)["TraceSummaries"]}
    words = ["--filter", filter] if filter else []
    ours = reading("traces", "--since", str(window[0]), "-o", "json", *words).ok().json
    assert set(front.operations) == {"GetTraceSummaries"}
    assert [each["trace_id"] for each in ours["traces"]] == sorted(theirs, reverse=True)
    for each in ours["traces"]:
        summary = theirs[each["trace_id"]]
        assert (each["has_fault"], each["url"], each["http_status"]) == (
            summary["HasFault"],
            summary["Http"]["HttpURL"],
            summary["Http"]["HttpStatus"],
        )
        assert each["duration_seconds"] == pytest.approx(summary["Duration"])
        assert each["annotations"]["number"][0]["value"] == summary["Annotations"]["number"][0]["AnnotationValue"]["NumberValue"]


def test_whole_traces(reading, xray, window, front):
    ids = [each["Id"] for each in xray.get_trace_summaries(StartTime=window[0], EndTime=window[1])["TraceSummaries"]]
    ours = reading("trace", *ids, "-o", "json").ok().json["traces"]
    assert [each["trace_id"] for each in ours] == ids
    # Seven ids are two calls.
    assert front.operations == ["BatchGetTraces", "BatchGetTraces"]
    for number, trace_id in enumerate(ids):
        theirs = xray.batch_get_traces(TraceIds=[trace_id])["Traces"][0]
        assert ours[number]["documents"] == [json.loads(segment["Document"]) for segment in theirs["Segments"]]


def test_sampling_statistics(reading, xray, front):
    document = {"RuleName": "Default", "ClientID": "0123456789abcdef01234567", "Timestamp": time.time()}
    xray.get_sampling_targets(SamplingStatisticsDocuments=[{**document, "RequestCount": 40, "SampledCount": 3, "BorrowCount": 1}])
    theirs = xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
    rule = reading("stats", "-o", "json").ok().json["rules"][0]
    assert (rule["name"], rule["matched"], rule["sampled"], rule["borrowed"], rule["recorded"]) == ("Default", 40, 3, 1, 4)
    assert len(rule["buckets"]) == len(theirs) == 1
    assert set(front.operations) == {"GetSamplingRules", "GetSamplingStatisticSummaries"}


@pytest.mark.sandbox("--page-limit", "2")
@pytest.mark.parametrize("filter, numbers", [("", [7, 6, 5, 4, 3, 2, 1]), ("--filter-expression fault", [6, 4, 2]), ("--filter-expression annotation.number=1", [1])])
def test_the_cli_pages_newest_first(aws, xray, window, front, filter, numbers):
    front.clear()
    done = aws(
        f"aws xray get-trace-summaries --start-time {window[0]} --end-time {window[1]} {filter}"
        " --query 'TraceSummaries[].Annotations.number[0].AnnotationValue.NumberValue' --output text"
    ).ok()
    assert [round(float(number)) for number in done.out.split()] == numbers
    # Pages of two; of those that hold none that match each has a token but the last.
    assert front.operations == ["GetTraceSummaries"] * 4
