"""A proxy that writes down what a client sends to a server, and holds both against the models."""

import http.client
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import model

READING = ("Get", "List", "Describe", "BatchGet")


@dataclass
class Call:
    """A request and what became of it."""

    service: str
    operation: str
    body: dict
    headers: dict
    status: int

    @property
    def writes(self):
        return not self.operation.startswith(READING)


class Recorder:
    """Stands in front of a server; requests are always checked, answers unless told otherwise."""

    def __init__(self, target, models, check_answers=True):
        self.calls = []
        self.problems = []
        self._target = urlsplit(target).netloc
        self._check_answers = check_answers
        self._by_path = {
            models["xray"].operation_model(name).http["requestUri"]: models["xray"].operation_model(name)
            for name in models["xray"].operation_names
        }
        self._logs = models["logs"]
        self._sts = models["sts"]
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                recorder._forward(self)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def operations(self):
        return [call.operation for call in self.calls]

    @property
    def writes(self):
        return [call.operation for call in self.calls if call.writes]

    def clear(self):
        self.calls.clear()

    def _operation(self, path, headers, body):
        target = headers.get("X-Amz-Target")
        if target:
            prefix, _, name = target.partition(".")
            assert prefix == self._logs.metadata["targetPrefix"], target
            return self._logs.operation_model(name)
        if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            return self._sts.operation_model(body.decode().partition("Action=")[2].partition("&")[0])
        return self._by_path[path]

    def _forward(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        upstream = http.client.HTTPConnection(self._target, timeout=30)
        try:
            headers = {name: value for name, value in handler.headers.items() if name.lower() != "host"}
            upstream.request("POST", handler.path, body, {**headers, "Host": handler.headers["Host"]})
            answer = upstream.getresponse()
            content = answer.read()
        finally:
            upstream.close()
        self._note(handler, body, answer, content)
        handler.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def _note(self, handler, body, answer, content):
        try:
            operation = self._operation(handler.path, handler.headers, body)
            service = operation.service_model.service_name
            members = {} if service == "sts" else json.loads(body or b"{}")
            self.calls.append(Call(service, operation.name, members, dict(handler.headers), answer.status))
            if service != "sts":
                model.check_request(operation, body)
            if self._check_answers:
                model.check_answer(operation, answer.status, dict(answer.getheaders()), content)
        except Exception as problem:  # noqa: BLE001 - shown by the test, not lost in a thread
            self.problems.append(problem)
