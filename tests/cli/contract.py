"""What holds for every command: loops over the list that `agentnet commands` prints, not over samples.

    python3 tests/cli/contract.py [unittest options]

How a command is run rightly is taken from its own examples: they run in an empty folder with stand-ins for the
programs first in PATH, which change or watch the one command under test and leave the others of the line alone.
"""

import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import formats
import programs

FORMATS = ["json", "jsonl", "table", "quiet", "yaml", "dotenv", "tsv"]
GLOBALS = ["--output-format", "--format", "--json", "--jq", "--quiet", "--verbose", "--log-level", "--log-format",
           "--color", "--help"]
ERROR_MEMBERS = ["code", "category", "message", "hint", "details", "request_id", "exit_code"]
ENVELOPE = ["ok", "command", "data", "warnings", "request_id", "error"]
COLUMNS = 80
# Formats in which the example of a command prints nothing: the local network has no couplings to list, and runs no
# card, so that only the request of a run can be shown.
EMPTY_HERE = {
    "sbn atlas couplings": ("jsonl", "quiet", "dotenv", "tsv"),
    "sbn atlas frontier couplings": ("jsonl", "quiet", "dotenv", "tsv"),
    "sbn atlas cards run": ("quiet",),
}
PATIENCE = 20  # seconds until a command counts as hanging

CONTROLS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")

# Runs the real program, as $AGENTNET_AS names it, with what the test wants of the command under test.
STAND_IN = """#!/bin/bash
if [[ "$*" == "$TESTED_WORDS" || "$*" == "$TESTED_WORDS "* ]] && [[ $TESTED_PROGRAM == {name} ]]; then
  eval "$TESTED_DO"
else
  exec {real} "$@"
fi
"""


def read_commands():
    done = programs.run("agentnet", "commands", "-o", "jsonl")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


ALL_COMMANDS = read_commands()
# `sbn twin` is `sbn agent` under another name, which one test shows; the loops run over the one.
TWIN, AGENT = "sbn twin ", "sbn agent "
COMMANDS = [entry for entry in ALL_COMMANDS if not entry["command"].startswith(TWIN)]
LASTING = {entry["command"] for entry in COMMANDS if entry["lasting"]}
PROGRAMS = sorted({entry["command"].split()[0] for entry in COMMANDS} | {"agentnet"})


def groups():
    """The lines that name a program or a group of commands."""
    lines = {entry["command"].rsplit(" ", depth)[0]
             for entry in ALL_COMMANDS for depth in range(1, entry["command"].count(" ") + 1)}
    return sorted(lines)


def run(line, *words, env=None, **options):
    """Runs a command given as its line and further words, in a folder of its own unless one is named.

    One that runs until it is stopped is stopped soon.
    """
    name, *path = line.split()
    with tempfile.TemporaryDirectory() as folder:
        settings = {"stdin": subprocess.DEVNULL, "capture_output": True, "cwd": folder, "timeout": PATIENCE,
                    "env": programs.environment(**(env or {})), "check": False, **options}
        if "input" in settings:
            del settings["stdin"]
        return subprocess.run([*stopping(line), programs.program(name), *path, *words], **settings)


def stopping(line):
    """What goes in front of a command that runs until it is stopped."""
    lasts = any(line in (known, f"agentnet {known}") for known in LASTING)
    return ["timeout", "--preserve-status", "--signal=TERM", "0.5"] if lasts else []


def run_example(entry, example, do, env=None):
    """Runs an example with `do` (bash; "$@" are the words, $REAL the program) in place of the command under test.

    Returns (finished process, folder's files).
    """
    program, *words = entry["command"].split()
    with tempfile.TemporaryDirectory() as folder:
        stand_ins = pathlib.Path(folder, "bin")
        stand_ins.mkdir()
        for name in PROGRAMS:
            path = stand_ins / name
            path.write_text(STAND_IN.format(name=name, real=programs.program(name)), encoding="utf-8")
            path.chmod(0o755)
        work = pathlib.Path(folder, "work")
        work.mkdir()
        settings = programs.environment(
            PATH=f"{stand_ins}:{os.environ['PATH']}", TESTED_PROGRAM=program, TESTED_WORDS=" ".join(words),
            TESTED_DO=do, REAL=programs.program(program), AGENTNET=programs.program("agentnet"),
            SEEN=str(pathlib.Path(folder, "seen")), **(env or {}))
        done = subprocess.run(["bash", "-o", "pipefail", "-c", example], cwd=work, env=settings, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
        seen = pathlib.Path(folder, "seen")
        return done, seen.read_bytes() if seen.exists() else None


def printed_examples(help_text):
    """The shell lines under "Examples:" as they are printed, each with its line breaks."""
    section = help_text.split("\nExamples:\n", 1)[1].split("\n\n", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("    ")]
    examples, whole = [], True
    for line in lines:
        if whole:
            examples.append(line)
        else:
            examples[-1] += "\n" + line
        whole = not line.endswith("\\")
    return examples


def swapped(word):
    """The word with two neighbouring letters swapped: a typing error."""
    for i in range(len(word) // 2, len(word) - 1):
        if word[i] != word[i + 1] and "-" not in word[i:i + 2]:
            return word[:i] + word[i + 1] + word[i] + word[i + 2:]
    return word + word[-1]


# "1/2" for the first half of each loop and "2/2" for the second, so that two processes share the work.
PART, PARTS = map(int, os.environ.get("AGENTNET_TEST_PART", "1/1").split("/"))


def for_each(entries):
    """Makes a test of one entry, or of one line, a test of all, each failing on its own."""
    def wrap(test):
        @functools.wraps(test)
        def loop(self):
            for entry in entries[PART - 1::PARTS]:
                with self.subTest(command=entry if isinstance(entry, str) else entry["command"]):
                    test(self, entry)
        return loop
    return wrap


LINES = [entry["command"] for entry in COMMANDS]


class Example:
    """The first example of a command that runs the command itself, and what it prints with more words."""

    def __init__(self, entry):
        self.entry = entry
        self.line = next(line for line in entry["examples"]
                         if run_example(entry, line, 'touch "$SEEN"; exec "$REAL" "$@"')[1] is not None)
        self.value = formats.strict_json(self.prints("--output-format json")[1].decode())
        # What a filter sees: of a list the first, of paybond's envelope the data.
        self.row = self.value[0] if isinstance(self.value, list) else self.value
        if list(self.row) == ENVELOPE:
            self.row = self.row["data"]

    def prints(self, words, program='"$REAL"'):
        return run_example(self.entry, self.line, f'{program} "$@" {words} | tee -a "$SEEN"; exit ${{PIPESTATUS[0]}}')

    def does(self, do):
        return run_example(self.entry, self.line, do)


@functools.cache
def example_of(line):
    return Example(next(entry for entry in COMMANDS if entry["command"] == line))


class Contract(unittest.TestCase):
    maxDiff = None

    def assert_error(self, text, code):
        """One line, one JSON error with every member, and the exit code that the process had."""
        self.assertEqual(text.count(b"\n"), 1, text)
        error = formats.strict_json(text.decode())
        self.assertEqual(list(error), ["error"])
        self.assertEqual(list(error["error"]), ERROR_MEMBERS)
        self.assertEqual(error["error"]["exit_code"], code)
        return error["error"]

    # --- the list itself ------------------------------------------------------------------------------------

    def test_twin_is_agent_under_another_name(self):
        under = {name: [json.loads(json.dumps(entry).replace(name, AGENT)) for entry in ALL_COMMANDS
                        if entry["command"].startswith(name)] for name in (TWIN, AGENT)}
        self.assertTrue(under[AGENT])
        self.assertEqual(under[TWIN], under[AGENT])

    @for_each(groups())
    def test_the_list_has_every_command_that_help_has(self, group):
        listed = {entry["command"] for entry in ALL_COMMANDS}
        self.assertEqual(len(listed), len(ALL_COMMANDS))
        text = run(group, "--help").stdout.decode()
        names = re.findall(r"^  ([a-z][a-z-]*) ", text.split("\nCommands:\n")[1].split("\n\n")[0], re.M)
        self.assertTrue(names)
        for name in names:
            line = name if group == "agentnet" and name in PROGRAMS else f"{group} {name}"
            self.assertTrue(line in listed or line in groups() or line in PROGRAMS, line)

    # --- help -----------------------------------------------------------------------------------------------

    @for_each(COMMANDS)
    def test_help_fits_the_screen_and_is_complete(self, entry):
        done = run(entry["command"], "--help")
        text = done.stdout.decode()
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertTrue(text.startswith(entry["summary"][:40]))
        for line in text.splitlines():
            self.assertLessEqual(len(line), COLUMNS, line)
            self.assertEqual(line, line.rstrip())
        flat = re.sub(r"\s+", " ", text)
        for option in entry["options"]:
            self.assertRegex(text, rf"(?m)^  .*{option['name']}\b")
            self.assertIn(re.sub(r"\s+", " ", option["help"]), flat)
            if option["letter"]:
                self.assertIn(f"{option['letter']}, {option['name']}", text)
            for word in [*option["choices"], option["default"], option["environment"]]:
                self.assertIn(word or "", flat)
        for name in GLOBALS:
            self.assertIn(name, text)
        for argument in entry["arguments"]:
            self.assertRegex(text, rf"(?m)^  {argument['name']} ")
        codes = re.search(r"\nExit codes:\n  ([\d, ]+)", text)
        self.assertEqual([int(code) for code in codes[1].split(",")], entry["exit_codes"])
        self.assertIn("\nUsage:\n  " + entry["command"], text)

    @for_each(groups())
    def test_help_of_groups_fits_the_screen(self, group):
        done = run(group, "--help")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        for line in done.stdout.decode().splitlines():
            self.assertLessEqual(len(line), COLUMNS, line)

    @for_each(LINES + groups())
    def test_every_way_to_ask_for_help_gives_the_same(self, line):
        wanted = run(line, "--help").stdout
        name, *path = line.split()
        self.assertEqual(run(line, "-h").stdout, wanted)
        self.assertEqual(run(f"agentnet help {line}").stdout, wanted)
        if name != "agentnet":
            self.assertEqual(run(f"agentnet {line}", "--help").stdout, wanted)
        if path and name != "agentnet":
            self.assertEqual(run(" ".join([name, "help", *path])).stdout, wanted)

    @for_each(COMMANDS)
    def test_help_wins_over_whatever_else_is_wrong(self, entry):
        done = run(entry["command"], "--no-such-option", "one", "two", "three", "four", "--help")
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    # --- examples -------------------------------------------------------------------------------------------

    @for_each(COMMANDS)
    def test_examples_work_in_an_empty_folder(self, entry):
        self.assertTrue(entry["examples"])
        for example in entry["examples"]:
            with self.subTest(example=example):
                done, _ = run_example(entry, example, 'exec "$REAL" "$@"')
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stderr, b"")

    @for_each(COMMANDS)
    def test_examples_work_as_help_prints_them(self, entry):
        printed = printed_examples(run(entry["command"], "--help").stdout.decode())
        joined = [re.sub(r" \\\n +", " ", text).strip() for text in printed]
        self.assertEqual(joined, entry["examples"])
        for text in printed:
            done, _ = run_example(entry, text, 'exec "$REAL" "$@"')
            self.assertEqual((done.returncode, done.stderr), (0, b""), text)

    @for_each(COMMANDS)
    def test_an_example_uses_its_command(self, entry):
        used = [run_example(entry, example, 'touch "$SEEN"; exec "$REAL" "$@"')[1] is not None
                for example in entry["examples"]]
        self.assertTrue(any(used))

    # --- output ---------------------------------------------------------------------------------------------

    @for_each(LINES)
    def test_every_format_of_every_command_is_well_formed(self, line):
        example = example_of(line)
        for name in FORMATS:
            with self.subTest(format=name):
                _, seen = example.prints(f"--output-format {name}")
                if name in EMPTY_HERE.get(line, ()):
                    self.assertEqual(seen, b"")
                    continue
                if name == "quiet" and line.startswith("snapchore chain") and example.row.get("length") == 0:
                    self.assertEqual(seen, b"")  # an empty chain has no head to name
                    continue
                self.assertTrue(seen.endswith(b"\n"), seen)
                formats.check(name, seen.decode())

    @for_each(LINES)
    def test_fields_are_selected_in_the_order_asked_for_and_unknown_ones_refused(self, line):
        example = example_of(line)
        names = list(example.row)[::-1][:2]
        _, seen = example.prints("--output-format json --json=" + ",".join(names))
        selected = formats.strict_json(seen.decode())
        for item in selected if isinstance(selected, list) else [selected]:
            self.assertEqual(list(item), names)
        _, seen = example.does('"$REAL" "$@" --output-format json --json=no_such_field 2>"$SEEN"; exit $?')
        self.assertIn(b"the result has no field 'no_such_field'", seen)
        self.assertIn(", ".join(example.row).encode(), seen)

    @for_each(LINES)
    def test_json_means_the_json_format(self, line):
        example = example_of(line)
        if re.search(r" -o | --json", example.line):
            return  # it names a format of its own
        _, seen = example.prints("--json")
        self.assertEqual(formats.shape(formats.strict_json(seen.decode())), formats.shape(example.value))

    @for_each(LINES)
    def test_jq_sees_what_json_prints(self, line):
        _, seen = example_of(line).prints("--jq keys_unsorted")
        self.assertEqual(json.loads(seen.splitlines()[0]), list(example_of(line).row))

    @for_each(LINES)
    def test_agentnet_in_front_makes_no_difference(self, line):
        if line.startswith("agentnet "):
            return
        _, seen = example_of(line).prints("--output-format json", program='"$AGENTNET" $TESTED_PROGRAM')
        self.assertEqual(formats.shape(formats.strict_json(seen.decode())), formats.shape(example_of(line).value))
        for words in ([], ["--nope"], ["a", "b", "c", "d"], ["/nonexistent/file", "/nonexistent/file"]):
            one, other = run(line, *words), run("agentnet " + line, *words)
            self.assertEqual((one.returncode, one.stderr), (other.returncode, other.stderr))

    @for_each(LINES)
    def test_nothing_colors_a_pipe_unless_asked(self, line):
        for words in ("", "--output-format table", "--output-format json"):
            done, seen = example_of(line).prints(words)
            self.assertNotRegex(seen + done.stderr, CONTROLS)
        self.assertNotIn(b"\x1b", run(line, "--nope").stderr)
        self.assertIn(b"\x1b[31merror:", run(line, "--nope", "--color", "always").stderr)
        self.assertIn(b"\x1b[31merror:", run(line, "--nope", env={"CLICOLOR_FORCE": "1"}).stderr)
        for env, words in (({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, []), ({"CLICOLOR_FORCE": "0"}, []),
                           ({"CLICOLOR_FORCE": "1"}, ["--color=never"])):
            self.assertNotIn(b"\x1b", run(line, "--nope", *words, env=env).stderr)

    # --- streams --------------------------------------------------------------------------------------------

    @for_each(LINES)
    def test_a_full_disk_is_told(self, line):
        _, seen = example_of(line).does('"$REAL" "$@" >/dev/full 2>"$SEEN"; echo "exit code $?" >>"$SEEN"; exit 1')
        self.assertIn(b"cannot write standard output: No space left on device", seen)
        self.assertTrue(seen.endswith(b"\nexit code 1\n"), seen)

    @for_each(LINES)
    def test_a_reader_that_went_away_ends_a_command_quietly(self, line):
        for words in ("", "--output-format jsonl"):
            # The reader has ended before the command begins to write.
            do = ('exec {gone}> >(exec true); wait $!; '
                  f'"$REAL" "$@" {words} >&$gone 2>"$SEEN"; echo "exit code $?" >>"$SEEN"; exit 1')
            _, seen = example_of(line).does(do)
            self.assertEqual(seen, b"exit code 0\n")

    @for_each(COMMANDS)
    def test_closed_standard_streams_do_not_hang_or_damage(self, entry):
        for words in ([], ["-"], ["-", "-"], ["{}"], ["x", "-"]):
            for closed in ("<&-", "<&- >&-", "<&- >&- 2>&-", "</dev/null"):
                name, *path = entry["command"].split()
                with tempfile.TemporaryDirectory() as folder:
                    done = subprocess.run(
                        ["bash", "-c", f'"$@" {closed}', "-", *stopping(entry["command"]),
                         programs.program(name), *path, *words],
                        cwd=folder, env=programs.environment(), timeout=PATIENCE, check=False,
                        stdin=subprocess.DEVNULL, capture_output=True)
                self.assertIn(done.returncode, entry["exit_codes"])

    # --- mistakes -------------------------------------------------------------------------------------------

    @for_each(COMMANDS)
    def test_a_mistyped_option_gets_the_right_one(self, entry):
        names = [option["name"] for option in entry["options"]] + GLOBALS
        for name in names:
            wrong = swapped(name)
            if wrong in names:
                continue
            done = run(entry["command"], wrong)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertIn(f"unknown option '{wrong}'", done.stderr.decode())
            self.assertIn(f"did you mean '{name}'?", done.stderr.decode())
        done = run(entry["command"], "--completely-different")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertNotIn(b"did you mean", done.stderr)

    @for_each(LINES + groups())
    def test_a_mistyped_command_gets_the_right_one(self, line):
        *group, name = line.split()
        if not group:
            return
        done = run(" ".join(group), swapped(name))
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(f"did you mean '{name}'?", done.stderr.decode())

    @for_each(COMMANDS)
    def test_a_mistyped_choice_gets_the_right_one(self, entry):
        for option in entry["options"]:
            for choice in option["choices"]:
                done = run(entry["command"], f"{option['name']}={choice}q")
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertIn(f"{option['name']} does not take '{choice}q'", done.stderr.decode())
                self.assertIn("one of: " + ", ".join(option["choices"]), done.stderr.decode())

    @for_each(COMMANDS)
    def test_an_unknown_format_lists_the_formats(self, entry):
        for word in ("--output-format=jsn", "--format=jsn"):
            done = run(entry["command"], word)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            own = [option["choices"] for option in entry["options"] if option["name"] == word.partition("=")[0]]
            self.assertIn("one of: " + ", ".join((own or [FORMATS])[0]), done.stderr.decode())
            self.assertIn("did you mean 'json'?", done.stderr.decode())

    @for_each(COMMANDS)
    def test_an_option_without_its_value_says_so(self, entry):
        for option in entry["options"]:
            if option["value"] is None:
                continue
            done = run(entry["command"], option["name"])
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{option['name']} needs a value", done.stderr.decode())

    @for_each(COMMANDS)
    def test_a_flag_with_a_value_is_refused(self, entry):
        for option in entry["options"]:
            if option["value"] is None:
                done = run(entry["command"], option["name"] + "=1")
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"{option['name']} takes no value", done.stderr.decode())

    @for_each(COMMANDS)
    def test_too_many_arguments_are_refused(self, entry):
        if any(argument["repeatable"] for argument in entry["arguments"]):
            return
        done = run(entry["command"], *["x"] * len(entry["arguments"]), "one-too-many")
        self.assertEqual(done.returncode, 2)
        self.assertIn("unexpected argument 'one-too-many'", done.stderr.decode())

    @for_each(COMMANDS)
    def test_a_missing_argument_is_named(self, entry):
        needed = [argument["name"] for argument in entry["arguments"] if not argument["optional"]]
        for given in range(len(needed)):
            done = run(entry["command"], *["x"] * given)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{needed[given]} is missing", done.stderr.decode())

    @for_each(COMMANDS)
    def test_a_missing_option_is_named(self, entry):
        needed = [option for option in entry["options"] if option["required"]]
        words = ["x"] * sum(not argument["optional"] for argument in entry["arguments"])
        for given, missing in enumerate(needed):
            before = [f"{option['name']}={(option['choices'] or ['x'])[0]}" for option in needed[:given]]
            done = run(entry["command"], *words, *before)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertIn(f"error: {missing['name']} is missing\n", done.stderr.decode())

    @for_each(COMMANDS)
    def test_errors_are_json_when_json_is_asked_for(self, entry):
        mistakes = [["--nope"], ["one", "two", "three", "four", "five"], ["--color", "purple"]]
        if any(not argument["optional"] for argument in entry["arguments"]):
            mistakes.append([])
        for words in mistakes:
            if any(argument["repeatable"] for argument in entry["arguments"]) and words[:1] == ["one"]:
                continue
            for asking in (["--json"], ["--output-format", "json"], ["--format=jsonl"], ["--log-format", "json"]):
                if asking[0] == "--log-format" and words != []:
                    continue  # before the words are understood there is only what they seem to ask for
                done = run(entry["command"], *words, *asking)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                if asking[0] != "--log-format":
                    self.assert_error(done.stderr, 2)

    @for_each(COMMANDS)
    def test_the_exit_code_is_the_same_in_json(self, entry):
        for words in ([], ["/nonexistent/file"], ["/nonexistent/file", "x"], ["/nonexistent/file", "a" * 64], ["/"], ["{"]):
            plain, as_json = run(entry["command"], *words), run(entry["command"], *words, "--json")
            self.assertEqual(plain.returncode, as_json.returncode, (words, plain.stderr, as_json.stderr))
            self.assertIn(plain.returncode, entry["exit_codes"])
            if plain.returncode not in (0, 9):
                error = self.assert_error(as_json.stderr, as_json.returncode)
                self.assertIn("error: " + error["message"].splitlines()[0][:40], plain.stderr.decode())


if __name__ == "__main__":
    unittest.main(verbosity=1)
