"""The requests of our `sbn` commands against those that were recorded from the SDK, in tests/vectors/sbn/http_*.json.

A vector is a call of the SDK and the requests it made. Where there is a command for the call, the command is run with
the same arguments, and its request must be the same in all that says what is wanted and by whom: method, path, query,
body text, credential, tenant, content type. Its JSON output must be what the SDK returned.
"""

import collections
import json
import pathlib
import tempfile
import unittest
import urllib.parse

from differences import known_difference
from programs import ROOT, environment, run
from recording import Recording
import sbn_commands_atlas
import sbn_commands_console
import sbn_commands_slots
import sbn_commands_snapchore

_VECTORS = sorted((ROOT / "tests" / "vectors" / "sbn").glob("http_*.json"))
_COMPARED_HEADERS = ("x-api-key", "Authorization", "X-Tenant-ID", "Content-Type", "Accept")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_TABLES = (sbn_commands_snapchore, sbn_commands_slots, sbn_commands_console, sbn_commands_atlas)
_COMMANDS = {call: command for table in _TABLES for call, command in table.COMMANDS.items()}
# A call that is in neither table fails the test.
_CALLS_WITHOUT_COMMAND = {client: calls for table in _TABLES for client, calls in table.WITHOUT_COMMAND.items()}
# Clients that come later.
_CLIENTS_WITHOUT_COMMANDS = {
    "acp", "gec", "governance", "lattice", "numa", "reality"}
_FILES = tempfile.TemporaryDirectory()
# Vectors that are no single call: how the SDK connects, fails, retries and streams.
_OTHER_VECTORS = {"agent", "async", "auth", "base_url", "error", "ids", "legacy", "retry", "stream", "transport"}


def read_vectors():
    """Each vector with its file's name."""
    return [(path.stem, vector) for path in _VECTORS for vector in json.loads(path.read_text())["vectors"]]


def command_for(vector):
    """The command for a vector's call, or None when there is none; a vector of an unknown kind is an error."""
    client, method = vector.get("client"), vector.get("method")
    if client is None:
        kind = vector["id"].partition(".")[0]
        if kind not in _OTHER_VECTORS:
            raise AssertionError(f"{vector['id']}: vectors of the kind {kind} are unknown")
        return None
    command = _COMMANDS.get((client, method))
    if command is None and client not in _CLIENTS_WITHOUT_COMMANDS:
        if method not in _CALLS_WITHOUT_COMMAND.get(client, ()):
            raise AssertionError(f"{vector['id']}: nothing says whether there is a command for this call")
    return command


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def given(command, vector):
    """The parameters of a vector's call by name, as they are said to a program; what is null is not said."""
    names = command.spread or command.positional + command.named
    values = {**dict(zip(names, vector["args"], strict=False)), **vector["kwargs"]}
    assert len(vector["args"]) <= len(names), vector["id"]
    for name in command.spread:
        values.update(values.pop(name) if isinstance(values.get(name), dict) else {})
    return {name: value for name, value in values.items() if value is not None}


def in_file(value):
    """A file that holds the value, gone when the tests are over."""
    with tempfile.NamedTemporaryFile("w", dir=_FILES.name, delete=False, encoding="utf-8") as file:
        file.write(value)
    return file.name


def arguments_for(command, vector):
    values = given(command, vector)
    options, positional = [], []
    for name in command.positional:
        if name in values:
            positional.append(as_text(values.pop(name)))
    for name, value in values.items():
        if name in command.secrets:
            value = in_file(value)
        if command.options[name] is None:
            continue
        if isinstance(value, bool) and name not in command.said:
            options += [command.options[name]] * value
            continue
        for each in value if isinstance(value, list) else [value]:
            options.append(f"{command.options[name]}={as_text(each)}")
    return [*command.words.split(), *options, "--", *positional]


class RequestTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.recording = cls.enterClassContext(Recording())
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        # The file that the vectors with a file have read.
        pathlib.Path(cls.folder, "up.txt").write_text("hello upload\n", encoding="utf-8")

    def send(self, arguments, reply, *options, **variables):
        """The requests of one run, and the run. Of the arguments those after the first "--" are positional."""
        self.recording.reply = reply
        self.recording.requests.clear()
        end = arguments.index("--")
        done = run("sbn", *arguments[:end], *options, "--base-url", self.recording.base_url, "--retries", "0",
                   "--output-format", "json", *arguments[end:], env=environment(**variables), cwd=self.folder)
        return list(self.recording.requests), done

    def expect_path(self, command, vector, recorded):
        """The path of the recorded request, as ours is when an id has characters that mean something in a path."""
        path = recorded["target"].partition("?")[0]
        id_text = given(command, vector).get(command.positional[0]) if command.id_path else None
        if id_text is None:
            return path
        if set(id_text) <= _UNRESERVED:
            return path
        known_difference("sbn-path-ids")
        return command.id_path.format(urllib.parse.quote(id_text, safe=""))

    def compare(self, command, vector, sent, recorded):
        self.assertEqual(sent.method, recorded["method"])
        path = self.expect_path(command, vector, recorded)
        self.assertEqual(sent.path(), path)
        if path == recorded["target"].partition("?")[0]:
            query = recorded["target"].partition("?")
            self.assertEqual(sent.query(), query[2].split("&") if query[1] else None)
        else:
            self.assertIsNone(sent.query())
        self.assertEqual(sent.body.decode(), recorded["body"])
        theirs = {name.lower(): value for name, value in recorded["headers"]}
        for name in _COMPARED_HEADERS:
            self.assertEqual(sent.header(name), theirs.get(name.lower()), name)
        if sent.header("User-Agent") != theirs["user-agent"]:
            self.assertRegex(sent.header("User-Agent"), r"^agentnet/\d")
            known_difference("sbn-user-agent")

    def check(self, command, vector):
        if "error" in vector:  # of a call that the SDK itself refuses
            requests, done = self.send(arguments_for(command, vector), {}, SBN_API_KEY="k")
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(len(requests), len(vector["requests"]))
            return
        key = next(value for name, value in vector["requests"][0]["headers"] if name.lower() == "x-api-key")
        requests, done = self.send(arguments_for(command, vector), vector["return"], SBN_API_KEY=key)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(len(requests), len(vector["requests"]))
        for sent, recorded in zip(requests, vector["requests"], strict=True):
            self.compare(command, vector, sent, recorded)
        self.assertEqual(json.loads(done.stdout), vector["return"])

    def test_a_command_sends_what_the_sdk_sends_for_the_same_call(self):
        compared = collections.Counter()
        for file, vector in read_vectors():
            with self.subTest(file=file, vector=vector["id"]):
                command = command_for(vector)
                if command is not None:
                    self.check(command, vector)
                    compared[file] += 1
        for file, count in compared.items():
            print(f"  {count} calls of {file} compared", flush=True)
        self.assertTrue(compared, "there must be vectors to compare with")

    def test_values_of_every_kind_are_written_as_the_sdk_writes_them(self):
        # The text that Python's json gives, which is what the SDK sends.
        payload = {"z": 1, "a": [1.0, 1e-07, 1e22, -0.0, 123456789012345678], "n": None, "t": True,
                   "é": "ü ☃ 🙂 \u007f \u2028 \" \\ /\n", "empty": [{}, [], ""]}
        (sent,), done = self.send(["snapchore", "verify-block", "--", json.dumps(payload)], {"valid": True},
                                  SBN_API_KEY="k")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(sent.body.decode(), json.dumps({"block": payload}))

    def test_an_id_with_characters_of_a_path_stays_one_id(self):
        for name in ("a b/ü?x=1#f", "100%", "x/../y", "a&b=c+d", "%2F"):
            (sent,), _ = self.send(["snapchore", "chain", "get", "--", name], {"chain_id": name, "entries": []},
                                   SBN_API_KEY="k")
            self.assertEqual(sent.target, "/internal/snapchore/chain/" + urllib.parse.quote(name, safe=""))
            known_difference("sbn-path-ids")

    def test_the_tenant_goes_along_when_it_is_given(self):
        words = ["snapchore", "stats", "--"]
        (plain,), _ = self.send(words, {}, SBN_API_KEY="k")
        (by_option,), _ = self.send(words, {}, "--tenant", "acme", SBN_API_KEY="k")
        (by_variable,), _ = self.send(words, {}, SBN_API_KEY="k", SBN_TENANT_ID="acme")
        self.assertIsNone(plain.header("X-Tenant-ID"))
        for sent in (by_option, by_variable):
            self.assertEqual((sent.header("X-Tenant-ID"), sent.header("x-api-key")), ("acme", "k"))
            self.assertIsNone(sent.header("Authorization"))

    def test_a_path_in_the_base_url_stays_in_front(self):
        self.recording.requests.clear()
        run("sbn", "snapchore", "stats", "--base-url", self.recording.base_url + "/prefix//",
            env=environment(SBN_API_KEY="k"))
        self.assertEqual([sent.target for sent in self.recording.requests], ["/prefix/internal/snapchore/stats"])
