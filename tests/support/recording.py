"""HTTP servers on loopback that stand where a network would: one that records, one that fails for a while.

Both keep what they were asked, in order, in `requests`.
"""

import dataclasses
import http.client
import http.server
import json
import threading
import urllib.parse

_JSON = [("Content-Type", "application/json")]
_FORWARD_SECONDS = 20
# Of one connection only, or made anew by whoever sends.
_NOT_FORWARDED = {"host", "connection", "content-length", "transfer-encoding", "date", "keep-alive"}


@dataclasses.dataclass
class Request:
    method: str
    target: str
    headers: list  # of (name, value), as they came
    body: bytes

    def header(self, name):
        """The value of a header that may stand once; None when it is absent."""
        values = [value for each, value in self.headers if each.lower() == name.lower()]
        assert len(values) < 2, f"{name} stands {len(values)} times"
        return values[0] if values else None

    def path(self):
        return self.target.partition("?")[0]

    def query(self):
        """The parameters still encoded, in their order; None when there is no question mark."""
        query = self.target.partition("?")
        return query[2].split("&") if query[1] else None


class Loopback:
    """Answers each request with what `answer(request)` returns: status, headers, body. A context manager."""

    def __init__(self, answer):
        self.requests = []
        requests = self.requests

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(self.command, self.path, list(self.headers.items()), self.rfile.read(length))
                requests.append(request)
                status, headers, body = answer(request)
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def json_answer(status, value):
    return status, _JSON, json.dumps(value).encode()


class Recording(Loopback):
    """Answers every request with `reply` as JSON, which may be changed between requests."""

    def __init__(self):
        self.reply = {}
        super().__init__(lambda _: json_answer(200, self.reply))


class Flaky(Loopback):
    """Answers the first `failures` requests with 503, and forwards the others to the server at `base_url`.

    With lose_answers the server gets those first ones too, and only its answers are lost.
    """

    def __init__(self, base_url, failures, lose_answers=False):
        self._target = urllib.parse.urlsplit(base_url)
        self._failures = failures
        self._lose_answers = lose_answers
        super().__init__(self._answer)

    def _answer(self, request):
        fails = len(self.requests) <= self._failures
        answer = self._forward(request) if self._lose_answers or not fails else None
        if fails:
            return json_answer(503, {"error": {"code": "overloaded", "message": "try later", "details": {}}})
        return answer

    def _forward(self, request):
        connection = http.client.HTTPConnection(self._target.hostname, self._target.port, timeout=_FORWARD_SECONDS)
        kept = {name: value for name, value in request.headers if name.lower() not in _NOT_FORWARDED}
        connection.request(request.method, request.target, body=request.body or None, headers=kept)
        answer = connection.getresponse()
        body = answer.read()
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _NOT_FORWARDED]
        connection.close()
        return answer.status, headers, body
