"""What the four tools have, each asked with its own API: boto3 for X-Ray and CloudWatch Logs, HTTP for the others."""

import json
import time
import urllib.request


class Views:
    """Everything is asked with the addresses and keys of these variables."""

    def __init__(self, client, variables):
        self._variables = variables
        account, region = variables["AWS_ACCESS_KEY_ID"], variables["AWS_REGION"]
        self._xray, self._logs = (client(service, region=region, account=account) for service in ("xray", "logs"))

    def _ask(self, method, url, headers, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, method=method, headers=headers, data=data)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            return json.load(answer)

    def traces(self, expression):
        """X-Ray's summaries of what matches, of the last minutes."""
        now = time.time()
        asked = {"StartTime": now - 600, "EndTime": now + 60, "FilterExpression": expression}
        return self._xray.get_trace_summaries(**asked)["TraceSummaries"]

    def segments(self, identity):
        """The documents of one of X-Ray's traces."""
        traces = self._xray.batch_get_traces(TraceIds=[identity])["Traces"]
        return [json.loads(segment["Document"]) for trace in traces for segment in trace["Segments"]]

    def lines(self, group, pattern=""):
        """The messages of a log group that match, oldest first."""
        asked = {"logGroupName": group, **({"filterPattern": pattern} if pattern else {})}
        pages = self._logs.get_paginator("filter_log_events").paginate(**asked)
        return [event["message"] for page in pages for event in page["events"]]

    def rows(self, dataset, **specification):
        """The rows of one of Honeycomb's queries, of the last minutes."""

        def ask(method, path, body=None):
            url = self._variables["HONEYCOMB_API_ENDPOINT"] + path
            return self._ask(method, url, {"X-Honeycomb-Team": self._variables["HONEYCOMB_API_KEY"]}, body)

        saved = ask("POST", f"/1/queries/{dataset}", {"time_range": 600, **specification})
        begun = ask("POST", f"/1/query_results/{dataset}", {"query_id": saved["id"]})
        result = ask("GET", f"/1/query_results/{dataset}/{begun['id']}")
        assert result["complete"], result
        return [row["data"] for row in result["data"]["results"]]

    def rollbar(self, path):
        """What Rollbar answers to a GET."""
        headers = {"X-Rollbar-Access-Token": self._variables["ROLLBAR_ACCESS_TOKEN"]}
        answer = self._ask("GET", self._variables["ROLLBAR_ENDPOINT"] + path, headers)
        assert answer["err"] == 0, answer
        return answer["result"]

    def reports(self):
        """The data of Rollbar's occurrences, oldest first."""
        return [instance["data"] for instance in reversed(self.rollbar("instances")["instances"])]
