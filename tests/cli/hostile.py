"""Hostile clients against a real `agentnet serve`, and what a server leaves in files, streams and exit codes.

    python3 tests/cli/hostile.py [unittest options]

AGENTNET_HOSTILE=full holds 10,000 idle connections instead of 2,000. What takes the server's time limits to happen
runs in threads of its own beside everything else.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from programs import environment, program, run

_CONNECTIONS = 10_000 if os.environ.get("AGENTNET_HOSTILE") == "full" else 2_000
_START_SECONDS = 20
_MAX_MIB = 160  # a server's memory, whatever it is sent here
_SEAL = "/internal/snapchore/seal"


class Server:
    """`agentnet serve` on a free port, with a state folder of its own."""

    def __init__(self, *arguments, folder=None, env=None):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="agentnet-hostile-"))
        self.folder = folder or self.home / "state"
        self.ready = self.home / "ready.json"
        self.command = [program("agentnet"), "serve", "--port", "0", "--state", str(self.folder),
                        "--ready-file", str(self.ready), "--log-level", "debug", *arguments]
        self.streams = [open(self.home / name, "w+b") for name in ("out", "err")]
        self.process = subprocess.Popen(self.command, env=env or environment(), stdout=self.streams[0],
                                        stderr=self.streams[1])
        self.record = self._await_ready()
        self.port = int(self.record["base_url"].rsplit(":", 1)[1])
        self.key = self.record["api_keys"]["sbn"]

    def _await_ready(self):
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.ready.exists():
                return json.loads(self.ready.read_text())
            time.sleep(0.005)
        raise AssertionError(f"the server did not get ready: {self.said()}")

    def said(self):
        return b"".join((self.home / name).read_bytes() for name in ("out", "err"))

    def memory(self, name="VmRSS"):
        """In MiB, as the kernel counts it."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) / 1024

    def connect(self, timeout=15):
        link = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return link

    def ask(self, data, timeout=15):
        """Sends bytes on a connection of their own. Returns the status and code of the first answer."""
        with self.connect(timeout) as link:
            link.sendall(data)
            return said(read_answer(link))

    def seal(self, key=None):
        request = urllib.request.Request(f"{self.record['base_url']}{_SEAL}", data=b'{"payload":{"a":1}}',
                                         headers={"x-api-key": key or self.key})
        with urllib.request.urlopen(request, timeout=15) as answer:
            return json.load(answer)

    def stop(self, how=signal.SIGTERM):
        """Ends it and returns its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(20)
        for stream in self.streams:
            stream.close()
        return code

    def remove(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in self.streams:
            stream.close()
        shutil.rmtree(self.home, ignore_errors=True)


def head(method="GET", target="/healthz", *fields, host="127.0.0.1", version="HTTP/1.1"):
    lines = [f"{method} {target} {version}", *([f"Host: {host}"] if host is not None else []), *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def read_answer(link, rest=b""):
    """One answer: status, body and what came after it; status 0 when the connection ended instead."""
    data = rest
    try:
        while b"\r\n\r\n" not in data:
            part = link.recv(65536)
            if not part:
                return 0, data, b""
            data += part
        top, body = data.split(b"\r\n\r\n", 1)
        length = int(re.search(rb"(?i)content-length: (\d+)", top)[1])
        while len(body) < length:
            part = link.recv(65536)
            if not part:
                return 0, body, b""
            body += part
    except ConnectionError:
        return 0, data, b""
    return int(top.split()[1]), body[:length], body[length:]


def said(answer):
    status, body, _ = answer
    if status < 400:
        return str(status)
    return f"{status} {json.loads(body)['error']['code']}"


class Hostile(unittest.TestCase):
    """All against one server, which must go on serving."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.pool = concurrent.futures.ThreadPoolExecutor(8)
        cls.slow = [cls.pool.submit(cls.trickle, kind) for kind in ("one byte at a time", "nothing more", "field by field")]

    @classmethod
    def tearDownClass(cls):
        cls.pool.shutdown()
        cls.server.remove()

    def tearDown(self):
        self.assertEqual(self.server.ask(head()), "200", "the server does not answer any more")
        self.assertLess(self.server.memory("VmHWM"), _MAX_MIB)

    @classmethod
    def trickle(cls, kind):
        """Begins a request and never ends its head. Returns the answer and the seconds until it came."""
        begun = time.monotonic()
        with cls.server.connect(timeout=0.2) as link:
            link.sendall(b"GET /healthz HTTP/1.1\r\n")
            while time.monotonic() - begun < 20:
                try:
                    if kind != "nothing more":
                        link.sendall(b"X" if kind == "one byte at a time" else b"X: y\r\n")
                    first = link.recv(1, socket.MSG_PEEK)
                except socket.timeout:
                    continue
                except ConnectionError:
                    return "0 reset", time.monotonic() - begun
                link.settimeout(5)
                return (said(read_answer(link)) if first else "0 closed"), time.monotonic() - begun
        return "nothing", time.monotonic() - begun

    def test_zz_slow_heads_end_after_ten_seconds_however_they_trickle(self):
        for each in self.slow:
            answer, seconds = each.result()
            self.assertEqual(answer, "408 request_timeout")
            self.assertGreater(seconds, 9)
            self.assertLess(seconds, 13)

    def test_a_body_of_1_gib_is_refused_before_it_is_sent(self):
        begun = time.monotonic()
        answer = self.server.ask(head("POST", _SEAL, f"Content-Length: {1 << 30}"))
        self.assertEqual(answer, "413 body_too_large")
        self.assertLess(time.monotonic() - begun, 1)

    def test_lengths_that_are_none_are_refused(self):
        for length in ("-1", "+5", "0x10", "5, 5", "99999999999999999999999", "1e3", ""):
            with self.subTest(length):
                self.assertRegex(self.server.ask(head("POST", _SEAL, f"Content-Length: {length}")), "^(400|413) ")
        for fields in (("Content-Length: 2", "Content-Length: 2"), ("Content-Length: 2", "Transfer-Encoding: chunked"),
                       ("Transfer-Encoding: gzip, chunked",), ("Transfer-Encoding: chunked, chunked",)):
            with self.subTest(fields):
                self.assertRegex(self.server.ask(head("POST", _SEAL, *fields) + b"{}"), "^(400|501) ")

    def seconds_until_cut_off(self, begin, more):
        """Sends without end and without reading, until the server has had enough."""
        begun = time.monotonic()
        with self.server.connect() as link:
            link.sendall(begin)
            with self.assertRaises(OSError):
                while time.monotonic() - begun < 20:
                    link.sendall(more)
        return time.monotonic() - begun

    def test_a_body_of_chunks_without_end_is_cut_off_and_not_kept(self):
        before = self.server.memory()
        chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        self.assertLess(self.seconds_until_cut_off(head("POST", _SEAL, "Transfer-Encoding: chunked"), chunk), 8)
        self.assertLess(self.server.memory() - before, 100)

    def test_such_a_body_is_answered_413(self):
        chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        with self.server.connect() as link:
            link.sendall(head("POST", _SEAL, "Transfer-Encoding: chunked") + chunk * 32 + b"1\r\n")
            self.assertEqual(said(read_answer(link)), "413 body_too_large")

    def test_deep_json_is_refused(self):
        for depth, answer in ((51, "400 too_deep"), (991, "400 bad_json"), (5_000_000, "400 bad_json")):
            body = b'{"payload":{"a":' + b"[" * depth + b"]" * depth + b"}}"
            with self.subTest(depth):
                self.assertEqual(self.server.ask(head("POST", _SEAL, f"Content-Length: {len(body)}",
                                                      f"x-api-key: {self.server.key}") + body), answer)

    def test_only_our_own_hosts_are_served(self):
        port = self.server.port
        for host, answer in (("127.0.0.1", "200"), (f"localhost:{port}", "200"), (f"[::1]:{port}", "200"),
                             ("LOCALHOST", "200"), (None, "400 bad_host"), ("", "400 bad_host"),
                             ("evil.example", "421 wrong_host"), (f"evil.example:{port}", "421 wrong_host"),
                             ("127.0.0.1.evil.example", "421 wrong_host"), ("localhost.evil.example", "421 wrong_host"),
                             ("127.0.0.1@evil.example", "400 bad_host"), ("0.0.0.0", "421 wrong_host")):
            with self.subTest(host):
                self.assertEqual(self.server.ask(head(host=host)), answer)
        self.assertEqual(self.server.ask(head("GET", "/healthz", "Host: evil.example")), "400 bad_host")

    def test_pages_of_other_origins_are_refused(self):
        port = self.server.port
        for field, answer in ((f"Origin: http://127.0.0.1:{port}", "200"), ("Origin: http://evil.example", "403 cross_origin"),
                              ("Origin: null", "403 cross_origin"), ("Origin: https://localhost.evil.example", "403 cross_origin"),
                              ("Sec-Fetch-Site: cross-site", "403 cross_site"), ("Sec-Fetch-Site: same-origin", "200"),
                              ("Sec-Fetch-Site: none", "200")):
            with self.subTest(field):
                self.assertEqual(self.server.ask(head("GET", "/healthz", field)), answer)
        with self.server.connect() as link:
            link.sendall(head("OPTIONS", _SEAL, "Origin: http://evil.example", "Access-Control-Request-Method: POST"))
            self.assertNotIn(b"access-control-allow", link.recv(65536).lower())

    def test_methods_that_a_path_does_not_have_are_405(self):
        for method in ("POST", "DELETE", "OPTIONS", "TRACE", "BREW", "get"):
            with self.subTest(method):
                self.assertEqual(self.server.ask(head(method)), "405 method_not_allowed")

    def test_floods_of_headers_are_431(self):
        many = [f"X-{i}: y" for i in range(1000)]
        for fields in (["X: " + "y" * 20_000], many, ["X" * 20_000 + ": y"], ["Cookie: " + "a=b; " * 5000]):
            self.assertRegex(self.server.ask(head("GET", "/healthz", *fields)), "^431 headers_too_")
        self.assertEqual(self.server.ask(head("GET", "/" + "x" * 20_000)), "414 target_too_long")

    def test_a_flood_of_headers_without_end_is_cut_off(self):
        field = b"X: " + b"y" * 1000 + b"\r\n"
        self.assertLess(self.seconds_until_cut_off(b"GET /healthz HTTP/1.1\r\n", field), 8)

    def test_requests_that_are_sent_ahead_are_answered_in_order(self):
        body = b'{"payload":{"n":%d}}'
        requests = b"".join(head("POST", _SEAL, f"x-api-key: {self.server.key}", f"Content-Length: {len(body % n)}") +
                            body % n for n in range(100, 150))
        with self.server.connect() as link:
            link.sendall(requests + head())
            rest = b""
            for n in range(100, 150):
                status, answer, rest = read_answer(link, rest)
                self.assertEqual((status, json.loads(answer)["payload"]["n"]), (200, n))
            self.assertEqual(read_answer(link, rest)[0], 200)

    def test_whoever_sends_ahead_and_never_reads_is_not_read_from_for_ever(self):
        request = head("GET", "/openapi.json")
        with self.server.connect(timeout=1) as link:
            sent = 0
            try:
                while sent < 64 << 20:
                    sent += link.send(request * 100)
            except OSError:
                pass
        self.assertLess(sent, 64 << 20)

    def test_request_lines_that_are_none_are_refused(self):
        for line in (b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"GET /healthz\r\n\r\n", b"GET  /healthz HTTP/1.1\r\n\r\n",
                     b"GET /healthz HTTP/1.1 \r\n\r\n", b"GET /healthz HTTP/2.0\r\n\r\n", b"GET /healthz HTTP/1.2\r\n\r\n",
                     b"G\x00T /healthz HTTP/1.1\r\n\r\n", b"GET /h\x7f HTTP/1.1\r\n\r\n", b"GET http://x/ HTTP/1.1\r\n\r\n",
                     b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n", b"GET healthz HTTP/1.1\r\n\r\n",
                     b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
                     b"GET /healthz HTTP/1.1\nHost: localhost\n\n", b"GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n",
                     b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", b"\xff" * 100 + b"\r\n\r\n"):
            with self.subTest(line):
                self.assertRegex(self.server.ask(line), "^(400|405|501|505) ")

    def test_thousands_of_idle_connections_are_held_and_others_served(self):
        need = _CONNECTIONS + 200
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < need:
            if hard != resource.RLIM_INFINITY and hard < need:
                self.skipTest(f"no more than {hard} descriptors are allowed here")
            resource.setrlimit(resource.RLIMIT_NOFILE, (need, hard))
        before = self.server.memory()
        links = []
        try:
            for number in range(_CONNECTIONS):
                links.append(self.server.connect())
                if number % 2:
                    links[-1].sendall(b"GET /healthz HT")
            self.assertEqual(self.server.ask(head()), "200")
            self.server.seal()
            self.assertLess(self.server.memory() - before, 16 + _CONNECTIONS * 16 / 1024)
            for link in links[1::200]:
                link.sendall(b"TP/1.1\r\nHost: localhost\r\n\r\n")
                self.assertEqual(said(read_answer(link)), "200")
        finally:
            for link in links:
                link.close()

    def test_connections_that_are_cut_in_the_middle_of_anything_do_no_harm(self):
        body = b'{"payload":{"a":1}}'
        whole = head("POST", _SEAL, f"x-api-key: {self.server.key}", f"Content-Length: {len(body)}") + body
        for cut in range(1, len(whole) + 1, 3):
            link = self.server.connect()
            link.sendall(whole[:cut])
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # reset
            link.close()


class Life(unittest.TestCase):
    """Servers that start, stop, are killed and get in each other's way."""

    def serve(self, *arguments, **more):
        server = Server(*arguments, **more)
        self.addCleanup(server.remove)
        return server

    def test_a_server_ends_with_0_and_takes_its_ready_file_and_record_along(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            server = self.serve()
            server.seal()
            with server.connect() as idle, server.connect() as half:
                idle.sendall(head())
                self.assertEqual(said(read_answer(idle)), "200")
                if how == signal.SIGTERM:  # such a request is waited for, but not for long
                    half.sendall(b"POST / HT")
                self.assertEqual(stat.S_IMODE(server.ready.stat().st_mode), 0o600)
                self.assertEqual(server.stop(how), 0)
                self.assertEqual(idle.recv(1), b"")
            self.assertFalse(server.ready.exists())
            self.assertFalse((server.folder / "server.json").exists())

    def test_the_state_folder_and_all_in_it_are_the_owners_alone(self):
        old = os.umask(0)
        self.addCleanup(os.umask, old)
        server = self.serve()
        server.seal()
        self.assertEqual(stat.S_IMODE(server.folder.stat().st_mode), 0o700)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in server.folder.iterdir()}
        self.assertEqual(modes, dict.fromkeys(modes, 0o600))
        for name in ("network.db", "credentials.json", "server.json", "server.lock", "validator-1.pem"):
            self.assertIn(name, modes)

    def test_a_second_server_on_the_folder_exits_with_6_and_names_the_first(self):
        server = self.serve()
        done = run("agentnet", "serve", "--port", "0", "--state", str(server.folder))
        self.assertEqual(done.returncode, 6)
        self.assertIn(f"process {server.process.pid}".encode(), done.stderr)
        server.seal()
        self.assertTrue((server.folder / "server.json").exists())

    def test_a_taken_port_exits_with_6_and_names_its_holder(self):
        server = self.serve()
        with tempfile.TemporaryDirectory() as folder:
            done = run("agentnet", "serve", "--port", str(server.port), "--state", folder)
            self.assertFalse((pathlib.Path(folder) / "server.json").exists())
        self.assertEqual(done.returncode, 6)
        self.assertIn(f"port {server.port} is taken by agentnet (pid {server.process.pid})".encode(), done.stderr)

    def test_the_record_of_a_killed_server_is_passed_over(self):
        server = self.serve()
        block = server.seal()
        server.stop(signal.SIGKILL)
        self.assertTrue((server.folder / "server.json").exists())
        env = environment(AGENTNET_STATE_DIR=str(server.folder))
        status = json.loads(run("agentnet", "status", "--json", env=env).stdout)
        self.assertEqual((status["server"], status["pid"]), ("not running", None))
        self.assertEqual(run("agentnet", "stop", env=env).returncode, 3)
        found = run("sbn", "receipts", "get", block["receipt_id"], "--json", env=env)
        self.assertEqual(found.returncode, 0, found.stderr)
        again = self.serve(folder=server.folder)
        self.assertEqual(again.key, server.key)
        self.assertEqual(json.loads(run("agentnet", "status", "--json", env=env).stdout)["pid"], again.process.pid)

    def test_stop_ends_the_server_and_returns_when_it_has_ended(self):
        server = self.serve()
        env = environment(AGENTNET_STATE_DIR=str(server.folder))
        self.assertEqual(run("agentnet", "stop", env=env).returncode, 0)
        self.assertEqual(server.process.wait(5), 0)

    def test_keys_appear_in_no_stream_and_no_argument(self):
        server = self.serve()
        made = json.loads(urllib.request.urlopen(urllib.request.Request(
            f"{server.record['base_url']}/internal/snapchore/api-keys", data=b"{}",
            headers={"x-api-key": server.key}), timeout=15).read())["api_key"]
        server.seal(made)
        canary = "sbn_live_" + "Canary0" * 5 + "canar"
        for request in (head("GET", f"/internal/snapchore/stats?api_key={canary}", f"x-api-key: {canary}"),
                        head("GET", "/internal/snapchore/stats", f"Authorization: Bearer {canary}"),
                        head("POST", _SEAL, f"x-api-key: {canary}", f"Content-Length: {len(canary)}") + canary.encode()):
            with server.connect() as link:
                link.sendall(request)
                status, body, _ = read_answer(link)
                self.assertEqual(status, 401)
                self.assertNotIn(canary.encode(), body)
        arguments = pathlib.Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
        variables = pathlib.Path(f"/proc/{server.process.pid}/environ").read_bytes()
        self.assertEqual(server.stop(), 0)
        self.assertIn(b"/internal/snapchore/stats 401", server.said())  # it did log
        stored = b"".join(path.read_bytes() for path in server.folder.glob("network.db*"))
        for secret in (server.key, made, canary):
            for place in (server.said(), arguments, variables, stored):
                self.assertNotIn(secret.encode(), place)

    def test_a_ready_file_that_cannot_be_written_ends_the_server_with_an_error_under_load_too(self):
        """Clients knock all the time, so that requests are in flight when it gives up."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        done = threading.Event()

        def knock():
            while not done.is_set():
                try:
                    with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
                        link.sendall(head("GET", "/openapi.json") * 50)
                        link.recv(100)
                except OSError:
                    pass

        knocking = [threading.Thread(target=knock) for _ in range(6)]
        for each in knocking:
            each.start()
        try:
            for _ in range(4):
                with tempfile.TemporaryDirectory() as folder:
                    ended = run("agentnet", "serve", "--port", str(port), "--state", f"{folder}/state", "--ready-file",
                                f"{folder}/missing/ready.json")
                    self.assertEqual(ended.returncode, 3, ended.stderr)
                    self.assertIn(b"error: cannot write", ended.stderr)
                    self.assertFalse((pathlib.Path(folder) / "state" / "server.json").exists())
        finally:
            done.set()
            for each in knocking:
                each.join()


if __name__ == "__main__":
    unittest.main()
