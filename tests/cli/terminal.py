"""What the programs do on a terminal, seen through a pseudo-terminal of this test's own.

    python3 tests/cli/terminal.py [unittest options]
"""

import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import programs

PATIENCE = 20  # seconds until something that should come counts as missing
LONG_ENOUGH = 0.5  # seconds after which a progress line would have been drawn more than once
PROGRESS = re.compile(rb"\r\x1b\[K\d+ lines, \d+ a second")
HOSTILE = "a\x1b]0;title\x07\x1b[31mred\x9b31m\u202e\rb\x7fz"
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]|\r(?!\n)")


class Terminal:
    """A pseudo-terminal; `end` is the program's side of it."""

    def __init__(self, columns=80):
        self.side, self.end = pty.openpty()
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.seen = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.side)
        os.close(self.end)

    def look(self, seconds):
        """Takes what was printed within the time; False when nothing was."""
        if not select.select([self.side], [], [], seconds)[0]:
            return False
        self.seen += os.read(self.side, 65536)
        return True

    def visible(self):
        """The last line as it stands on the screen: what carriage returns and erasures left of it."""
        line = self.seen.rsplit(b"\n", 1)[-1]
        return line.rsplit(b"\r\x1b[K", 1)[-1]


def environment(**settings):
    return programs.environment(**{"TERM": "xterm", "LC_ALL": "C.UTF-8", "NO_COLOR": "", "CLICOLOR_FORCE": "",
                                   "SB_SNAPCHORE_SKIP_AUTH": "1", **settings})


def on_terminal(*words, columns=80, env=None, stdin=subprocess.DEVNULL):
    """Runs a program with output and messages on one terminal. Returns (exit code, text as it was printed)."""
    with Terminal(columns) as terminal, tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([programs.program(words[0]), *words[1:]], stdin=stdin, stdout=terminal.end,
                                   stderr=terminal.end, env=environment(**(env or {})), cwd=folder)
        while process.poll() is None or terminal.look(0):
            terminal.look(0.05)
        return process.returncode, terminal.seen.decode("utf-8")


def feed(words, terminal, until, env=None, stdout=subprocess.DEVNULL, stderr=None):
    """Gives a bulk command lines until until() or the end of patience, then the end of its input."""
    process = subprocess.Popen([programs.program("snapchore"), *words], stdin=subprocess.PIPE, stdout=stdout,
                               stderr=terminal.end if stderr is None else stderr, env=environment(**(env or {})))
    give_up = time.monotonic() + PATIENCE
    while not until() and time.monotonic() < give_up:
        # Only what fits: the program may be waiting for its own output to be taken.
        if select.select([], [process.stdin], [], 0.01)[1]:
            process.stdin.write(b'{"n": 1}\n' * 100)
            process.stdin.flush()
        while terminal.look(0):
            pass
    process.stdin.close()
    while process.poll() is None or terminal.look(0):
        terminal.look(0.05)
    return process.returncode


class OnATerminal(unittest.TestCase):
    def test_a_progress_line_is_drawn_over_itself_and_taken_away(self):
        with Terminal() as terminal:
            code = feed(["hash", "--ndjson", "-"], terminal, lambda: len(PROGRESS.findall(terminal.seen)) >= 3)
            self.assertEqual(code, 0)
            self.assertGreaterEqual(len(PROGRESS.findall(terminal.seen)), 3)
            self.assertNotIn(b"\n", terminal.seen)
            self.assertEqual(terminal.visible(), b"")
            for line in PROGRESS.findall(terminal.seen):
                self.assertLess(len(line), 80)

    def test_a_message_takes_the_place_of_the_progress_line(self):
        with Terminal() as terminal:
            with tempfile.TemporaryFile() as twice:
                code = feed(["hash", "--ndjson", "-", "-v"], terminal, lambda: PROGRESS.search(terminal.seen),
                            stdout=twice)
            self.assertEqual(code, 0)
            self.assertRegex(terminal.seen, rb"\r\x1b\[Kinfo: \d+ lines\r\n\Z")

    def test_no_progress_line_where_it_would_harm(self):
        for words, env in ((["-q"], {}), (["--log-format=json"], {}), ([], {"TERM": "dumb"})):
            with self.subTest(words=words, env=env), Terminal() as terminal:
                end = time.monotonic() + LONG_ENOUGH
                code = feed(["hash", "--ndjson", "-", *words], terminal, lambda: time.monotonic() > end, env)
                self.assertEqual((code, terminal.seen), (0, b""))

    def test_no_progress_line_between_the_lines_of_a_result(self):
        with Terminal() as terminal:
            end = time.monotonic() + LONG_ENOUGH
            code = feed(["hash", "--ndjson", "-", "-o", "quiet"], terminal, lambda: time.monotonic() > end,
                        stdout=terminal.end)
            self.assertEqual(code, 0)
            self.assertRegex(terminal.seen, rb"\A([0-9a-f]{64}\r\n)+\Z")

    def test_no_progress_line_into_a_pipe(self):
        with Terminal() as terminal, tempfile.TemporaryFile() as messages:
            end = time.monotonic() + LONG_ENOUGH
            code = feed(["hash", "--ndjson", "-"], terminal, lambda: time.monotonic() > end, stderr=messages)
            messages.seek(0)
            self.assertEqual((code, messages.read(), terminal.seen), (0, b"", b""))

    def test_messages_have_color_unless_that_is_declined(self):
        self.assertIn("\x1b[31merror:\x1b[0m", on_terminal("snapchore", "hash", "{")[1])
        self.assertIn("\x1b[33mwarning:\x1b[0m", on_terminal("snapchore", "hash", '{"a": 1, "a": 2}')[1])
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\x1b", on_terminal("snapchore", "hash", "{", env=env)[1])
        self.assertNotIn("\x1b", on_terminal("snapchore", "hash", "{", "--color=never")[1])
        self.assertIn("\x1b[31m", on_terminal("snapchore", "hash", "{", "--color=always", env={"TERM": "dumb"})[1])

    def test_results_and_help_have_no_escapes(self):
        for words in (["agentnet", "commands"], ["snapchore", "--help"], ["snapchore", "hash", "{}", "-o", "json"],
                      ["agentnet", "help", "exit-codes"], ["snapchore", "seal", "{}"]):
            code, text = on_terminal(*words)
            self.assertEqual(code, 0)
            self.assertNotRegex(text, CONTROLS)

    def test_no_format_lets_a_control_character_onto_a_terminal(self):
        for name in ("json", "jsonl", "table", "quiet", "yaml", "dotenv", "tsv"):
            for words in (["seal", "--domain", HOSTILE, "{}"], ["chain", "create", "--id", HOSTILE],
                          ["verify-block", '{"id": "\\u001b[2J\\u009b"}']):
                with self.subTest(format=name, words=words):
                    text = on_terminal("snapchore", *words, f"--output-format={name}", "--color=never")[1]
                    self.assertNotRegex(text, CONTROLS)
        for words in (["seal", "--domain", HOSTILE, "{}", "--jq", ".domain"], ["seal", "{}", "--type", HOSTILE, "--jq=."],
                      ["hash", "--canonical", '{"a": "\x7f\x9b31m"}']):
            code, text = on_terminal("snapchore", *words)
            self.assertEqual(code, 0)
            self.assertNotRegex(text, CONTROLS)
            self.assertRegex(text, r"\\x7f|\\u007f")

    def test_tables_fit_the_terminal_without_broken_words(self):
        whole = programs.run("agentnet", "fidelity").stdout.decode()
        for columns in (80, 60):
            code, text = on_terminal("agentnet", "fidelity", columns=columns)
            self.assertEqual(code, 0)
            for line in text.splitlines():
                self.assertLessEqual(len(line), columns)
            self.assertEqual(text.split(), whole.split())
        # Too narrow to help: as in a pipe.
        self.assertEqual(on_terminal("agentnet", "fidelity", columns=30)[1].replace("\r\n", "\n"), whole)

    def test_an_interrupt_leaves_the_terminal_as_it_was(self):
        with Terminal() as terminal, tempfile.TemporaryFile() as answers:
            before = termios.tcgetattr(terminal.end)
            process = subprocess.Popen([programs.program("snapchore"), "hash", "--ndjson", "-"], stdin=terminal.end,
                                       stdout=answers, stderr=terminal.end, env=environment(), start_new_session=True,
                                       preexec_fn=lambda: fcntl.ioctl(terminal.end, termios.TIOCSCTTY, 0))
            os.write(terminal.side, b'{"n": 1}\n')
            give_up = time.monotonic() + PATIENCE
            while os.fstat(answers.fileno()).st_size == 0 and time.monotonic() < give_up:
                terminal.look(0.01)  # until it has answered, it may not have begun
            os.write(terminal.side, b"\x03")
            self.assertEqual(process.wait(PATIENCE), -signal.SIGINT)
            self.assertEqual(termios.tcgetattr(terminal.end), before)
            answers.seek(0)
            self.assertRegex(answers.read(), rb'\A\{"hash":"[0-9a-f]{64}","canon_version":"SVP-1.0"\}\n\Z')

    def test_a_terminal_as_standard_input_is_read_without_a_prompt(self):
        with Terminal() as terminal:
            process = subprocess.Popen([programs.program("snapchore"), "hash", "-"], stdin=terminal.end,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
            os.write(terminal.side, b'{"tokens": 1500}\n\x04')
            stdout, stderr = process.communicate(timeout=PATIENCE)
            self.assertEqual(stderr, b"")
            self.assertEqual(stdout.strip(), programs.run("snapchore", "hash", '{"tokens": 1500}').stdout.strip())


if __name__ == "__main__":
    # Jobs in the background of a script are started with interrupts ignored, and so would be what they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    unittest.main(verbosity=1)
