"""Wrong, hostile and secret input, for every command and everywhere a value can stand.

    python3 tests/cli/misuse.py [unittest options]

Whatever a value is, a command ends by itself with an exit code that its help names, says what is wrong in a line
that begins with "error: ", prints no control character that came from outside, never shows a private key, and
leaves no file behind that nobody asked for.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import programs
from contract import COMMANDS, CONTROLS, PATIENCE, for_each, stopping

# A private key of PKCS#8 form whose body would be seen again.
SECRET = "MC4CAQAwBQYDK2VwBCIEIHcanaryCANARYcanaryCANARYcanaryCANARYcanaryC0"
WHOLE_KEY = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n"
DAMAGED_KEYS = {
    "whole.pem": WHOLE_KEY,
    "no-end.pem": WHOLE_KEY.rsplit("\n", 2)[0] + "\n",
    "no-begin.pem": WHOLE_KEY.split("\n", 1)[1],
    "bad-base64.pem": WHOLE_KEY.replace(SECRET, SECRET + "!"),
    "bad-label.pem": WHOLE_KEY.replace("PRIVATE", "PRIVATE\x1b[31m"),
    "short.pem": WHOLE_KEY.replace(SECRET, SECRET[:40]),
    "joined.pem": WHOLE_KEY.replace("\n", ""),
    "twice.pem": WHOLE_KEY * 2,
    "quoted.pem": '{"key": "' + WHOLE_KEY.replace("\n", "\\n") + '", "broken": }',
    "raw-in-json.pem": '{"key": "' + WHOLE_KEY + '"}',
}
GOOD_HASH = "a" * 64
HOSTILE = "a\x1b]0;title\x07\x1b[31mred\x9b31m\u202e\r\n\x7fz"


def files_of_all_kinds(folder):
    (folder / "empty").write_bytes(b"")
    (folder / "binary").write_bytes(bytes(range(256)) * 16)
    (folder / "folder").mkdir()
    (folder / "nonsense").write_text("not JSON at all\n", encoding="utf-8")
    (folder / "nested").write_text('{"a":' + "[" * 5000 + "]" * 5000 + "}", encoding="utf-8")
    (folder / "scalar").write_text("5", encoding="utf-8")
    (folder / "array").write_text("[1, 2]", encoding="utf-8")
    (folder / "object").write_text('{"entries": 5, "signatures": {}, "payload": [], "id": 1}', encoding="utf-8")
    (folder / "latin1").write_bytes(b'{"a": "\xe9"}')
    (folder / "sealed").write_text("{}", encoding="utf-8")
    (folder / "sealed").chmod(0)
    return ["empty", "binary", "folder", "nonsense", "nested", "scalar", "array", "object", "latin1", "sealed",
            "missing", "missing/below", "", "/dev/null"]


def unprivileged():
    """What stands before a command so that file permissions count for root too."""
    if os.getuid() != 0 or not shutil.which("setpriv"):
        return []
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def places(entry, value):
    """The words that put a value at every place of a command: each argument, each option with a free value."""
    filler = {"HASH": GOOD_HASH, "INPUT": "{}", "SHELL": "bash"}
    names = [argument["name"] for argument in entry["arguments"]]
    for at in range(len(names)):
        yield [filler.get(name, "missing") for name in names[:at]] + [value] + [
            filler.get(name, "missing") for name in names[at + 1:]]
    for option in entry["options"]:
        if option["value"] is not None and not option["choices"]:
            yield [f"{option['name']}={value}", *[filler.get(name, "missing") for name in names]]
            yield [f"{option['name']}={value}"]
    companions = {"--signing-key": "--envelope=in-toto", "--trust": "--envelope=object", "--envelope": "--trust=empty"}
    for option in entry["options"]:
        if option["name"] in companions and option["value"] is not None:
            yield [f"{option['name']}={value}", companions[option["name"]]]
            yield [f"{option['name']}={value}", companions[option["name"]], "{}"]


class Misuse(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.place.name)

    def tearDown(self):
        self.place.cleanup()

    def run_words(self, entry, words, **options):
        name, *path = entry["command"].split()
        done = subprocess.run([*stopping(entry["command"]), *unprivileged(), programs.program(name), *path, *words], check=False,
                              cwd=self.folder, timeout=PATIENCE, capture_output=True,
                              **{"env": programs.environment(), "input": b"", **options})
        self.assertIn(done.returncode, entry["exit_codes"], (words, done.stdout[:300], done.stderr[:600]))
        if done.returncode not in (0, 9):
            # Bulk work says which lines failed in their places, and here how many.
            self.assertRegex(done.stderr, rb"(?m)^error: .|\Awarning: \d+ of \d+ lines failed$", words)
        return done

    def snapshot(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))

    @for_each(COMMANDS)
    def test_files_of_every_kind_end_with_a_named_exit_code(self, entry):
        for value in files_of_all_kinds(self.fresh()):
            for words in places(entry, value):
                before = self.snapshot()
                done = self.run_words(entry, words)
                self.assertNotRegex(done.stderr, CONTROLS)
                if entry["access"] != "writes" and not entry["lasting"]:
                    self.assertEqual(self.snapshot(), before)
                self.assertFalse([name for name in self.snapshot() if re.search(r"\.[0-9a-f]{12}$", name)], words)

    def fresh(self):
        """Empties the folder."""
        self.place.cleanup()
        self.folder.mkdir()
        return self.folder

    @for_each([entry for entry in COMMANDS if entry["arguments"]])
    def test_a_document_of_64_mebibytes_is_read_or_refused(self, entry):
        with open(self.folder / "huge", "w", encoding="ascii") as huge:
            huge.write('{"a":"' + "x" * (64 << 20) + '"}')
        for words in list(places(entry, "huge"))[:1]:
            self.run_words(entry, words)

    @for_each(COMMANDS)
    def test_no_control_character_comes_through(self, entry):
        (self.folder / "keys.json").write_text('{"\\u001b[31m": 1, "\\u001b[31m": 2, "id": "\\u001b[2J\\u009b"}',
                                               encoding="utf-8")
        (self.folder / "broken.json").write_bytes(b'{"a\x1b[31m": \x1b]0;x\x07')
        name_too = HOSTILE.replace("\n", "") + ".json"
        (self.folder / name_too).write_text('{"a": 1}', encoding="utf-8")
        for at, value in enumerate((HOSTILE, "{" + HOSTILE, "keys.json", "broken.json", name_too)):
            for number, words in enumerate(places(entry, value)):
                extra = ([], ["--output-format=table"])[(at + number) % 2]
                done = self.run_words(entry, [*words, *extra])
                self.assertNotRegex(done.stderr, CONTROLS, words)
                self.assertNotIn("\u202e".encode(), done.stderr)
                self.assertNotRegex(done.stdout, CONTROLS, words)
                if extra:
                    self.assertNotIn("\u202e".encode(), done.stdout)

    @for_each(COMMANDS)
    def test_json_output_of_hostile_text_is_escaped(self, entry):
        for words in places(entry, HOSTILE):
            done = self.run_as_json(entry, words)
            self.assertNotRegex(done.stdout + done.stderr, CONTROLS, words)

    def run_as_json(self, entry, words):
        name, *path = entry["command"].split()
        return subprocess.run([*stopping(entry["command"]), programs.program(name), *path, *words, "--output-format=json"], check=False, input=b"",
                              cwd=self.folder, timeout=PATIENCE, capture_output=True, env=programs.environment())

    # --- private keys ---------------------------------------------------------------------------------------

    def assert_no_secret(self, done, words):
        seen = done.stdout + done.stderr
        for start in range(0, len(SECRET) - 16, 4):
            self.assertNotIn(SECRET[start:start + 16].encode(), seen, (words, seen))
        self.assertNotRegex(seen, CONTROLS)

    @for_each(COMMANDS)
    def test_a_private_key_file_is_never_shown(self, entry):
        for name, text in DAMAGED_KEYS.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        for at, name in enumerate(DAMAGED_KEYS):
            for number, words in enumerate(places(entry, name)):
                extra = (["-vv"], ["--output-format=json"])[(at + number) % 2]
                self.assert_no_secret(self.run_as_is(entry, [*words, *extra]), words)

    def run_as_is(self, entry, words, **options):
        name, *path = entry["command"].split()
        return subprocess.run([*stopping(entry["command"]), programs.program(name), *path, *words], check=False, cwd=self.folder, timeout=PATIENCE,
                              capture_output=True, **{"env": programs.environment(), "input": b"", **options})

    def test_a_private_key_on_standard_input_is_never_shown(self):
        for text in DAMAGED_KEYS.values():
            for words in (["seal", "{}", "--envelope=in-toto", "--signing-key=-"], ["hash", "-"], ["seal", "-"],
                          ["verify-block", "-"], ["hash", "--ndjson", "-"], ["verify", "-", GOOD_HASH],
                          ["verify-block", "--ndjson", "-"], ["seal", "--ndjson", "-"]):
                self.assert_no_secret(self.run_as_is({"command": "snapchore"}, words, input=text.encode()), words)

    def test_a_private_key_in_place_of_its_file_name_is_never_shown(self):
        for text in (WHOLE_KEY, WHOLE_KEY.strip(), DAMAGED_KEYS["joined.pem"]):
            for words in (["seal", "{}", "--envelope=in-toto"], ["seal", "{}"]):
                for variable in ("SNAPCHORE_SIGNING_KEY", "SNAPCHORE_MOMENT_PRIVATE_KEY",
                                 "SNAPCHORE_MOMENT_PUBLIC_KEY", "SNAPCHORE_MOMENT_TRUSTED_PUBLIC_KEYS",
                                 "SNAPCHORE_MOMENT_REPLAY_DB"):
                    for more in ({}, {"SB_ENV": "production"}):
                        with self.subTest(variable=variable, words=words, more=more):
                            env = programs.environment(**{variable: text, **more})
                            self.assert_no_secret(self.run_as_is({"command": "snapchore"}, words, env=env), words)
            self.assert_no_secret(self.run_as_is({"command": "snapchore"}, [
                "seal", "{}", "--envelope=in-toto", "--signing-key", text]), "the flag")

    def test_what_a_process_shows_of_itself_holds_no_key(self):
        (self.folder / "key.pem").write_text(WHOLE_KEY, encoding="ascii")
        process = subprocess.Popen(
            [programs.program("snapchore"), "seal", "-", "--envelope=in-toto", "--signing-key=key.pem"],
            cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=programs.environment())
        shown = pathlib.Path(f"/proc/{process.pid}")
        for name in ("cmdline", "environ", "comm"):
            self.assertNotIn(SECRET.encode(), (shown / name).read_bytes())
        process.communicate(b"{}", timeout=PATIENCE)

    def test_no_process_can_leave_a_core_file(self):
        process = subprocess.Popen([programs.program("snapchore"), "hash", "--ndjson", "-"], cwd=self.folder,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=programs.environment())
        process.stdin.write(b"{}\n")
        process.stdin.flush()
        process.stdout.readline()  # it has begun
        limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text(encoding="ascii")
        process.communicate(timeout=PATIENCE)
        self.assertRegex(limits, r"Max core file size +0 +0 ")

    def test_a_signature_does_not_show_its_key(self):
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self.folder / "key.pem"], check=True)
        body = (self.folder / "key.pem").read_text(encoding="ascii").splitlines()[1]
        for words in ([], ["-vv"], ["--output-format=json"], ["--dry-run"], ["-o", "sealed.json"]):
            done = self.run_as_is({"command": "snapchore"}, [
                "seal", "{}", "--envelope=in-toto", "--signing-key=key.pem", *words])
            self.assertEqual(done.returncode, 0)
            seen = done.stdout + done.stderr
            if (self.folder / "sealed.json").exists():
                seen += (self.folder / "sealed.json").read_bytes()
            for start in range(20, len(body) - 16, 4):  # the first characters are the same in every key
                self.assertNotIn(body[start:start + 16].encode(), seen)


if __name__ == "__main__":
    unittest.main(verbosity=1)
