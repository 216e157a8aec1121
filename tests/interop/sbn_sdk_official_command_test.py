"""The official `sbn` command against `agentnet serve`: each run of a table ends with 0 and prints what it should.

The command is the one beside the Python that runs this, so of both releases. A row is a line of words; {name} in it is
what an earlier row left under that name. Values are taken from JSON output by path ("app_id", "record.id"). Where a row
says what is alike, our own command is run with those words against the same server, and its JSON must have the same
members of the same types, in the same order (those of 0.12.2).
"""

import dataclasses
import json
import pathlib
import re
import subprocess
import sys
import unittest

import sdk
from programs import environment, program

_COMMAND = pathlib.Path(sys.executable).parent / "sbn"
_SECONDS = 60


@dataclasses.dataclass
class Run:
    words: str
    prints: str = ""  # a regular expression found on standard output or standard error
    keeps: dict = dataclasses.field(default_factory=dict)  # from a name to a path in the JSON that it prints
    exits: int = 0
    as_app: bool = False  # with ATLAS_CLIENT_ID and ATLAS_CLIENT_SECRET
    only_0_14: bool = False
    alike: str = ""  # the words of our command; "same": those of this row


def _surface(group):
    """The rows of a slot's life, its artifacts and their receipts, as agents and twins say it."""
    return [
        Run(f"-f json {group} slots open --worker-id w --task-type t --generation-interval 30 "
            "--metadata-json metadata.json", '"id"', {"slot": "id"}, alike="same"),
        Run(f"-f quiet {group} slots open --worker-id w --task-type t", "^slot_"),
        Run(f"-f json {group} slots open --worker-id w --task-type t", "open", {"other": "id"}),
        Run(f"-f json {group} snap capture doc.json", '"hash"|"snapchore_hash"', {"captured": "hash"}, alike="same"),
        Run(f"{group} snap capture doc.json", "{captured}"),
        Run(f"{group} snap verify {{captured}} doc.json", "(?i)valid|true|verified"),
        Run(f"-f json {group} snap verify {{captured}} doc.json", "true", alike="same"),
        Run(f"-f json {group} snap verify {'0' * 64} doc.json", "false"),
        Run(f"-f json {group} snap seal doc.json --domain of.the.{group} --block-type event --metadata-json "
            "metadata.json", '"receipt_id"', {"hash": "hash", "receipt": "receipt_id"}, alike="same"),
        Run(f"{group} snap discover {{hash}}", "{hash}"),
        Run(f"-f json {group} snap discover {{hash}}", "{hash}", alike="same"),
        Run(f"{group} snap discover {'0' * 64}", "404|no ", exits=1),
        Run(f"{group} slots blocks {{slot}}", ""),
        Run(f"-f json {group} slots blocks {{slot}} --limit 5", "", alike="same"),
        Run(f"-f json {group} slots close {{slot}}", '"', alike=f"-f json {group} slots close {{other}}"),
        Run(f"{group} slots close {{slot}}", "Closed slot {slot}"),
        Run(f"{group} slots close none", "404", exits=1),
        Run(f"{group} slots blocks none", "404", exits=1),
        Run(f"{group} attest {{slot}} sha256:", "bad_field", exits=1),
        Run(f"-f json {group} attest {{slot}} {{hash}} --frontier ops.f --metrics-json metrics.json", '"attested"',
            {"attested": "receipt_id"}, alike=f"-f json {group} attest {{other}} {{hash}} --frontier ops.f"),
        Run(f"{group} attest none {{hash}}", "404", exits=1),
        Run(f"{group} receipt {{attested}}", "{attested}"),
        Run(f"-f json {group} receipt {{attested}}", "{attested}", alike="same"),
        Run(f"{group} receipts list --hash {{hash}}", "RECEIPT_ID|receipt"),
        Run(f"-f json {group} receipts list --limit 2 --offset 1", '"receipts"', alike="same"),
        Run(f"-f json {group} receipts get {{receipt}}", "{receipt}", alike="same"),
        Run(f"{group} receipts get none", "no such receipt", exits=1),
    ]


# The groups of the command, in the order in which they run; each has a server of its own.
GROUPS = {
    "version": [Run("version", r"sbn-sdk 0\.1\d\.")],
    "auth": [
        Run("auth status", "Authenticated"),
        Run("auth login --api-key k", "export SBN_API_KEY=k"),
        Run("auth logout", "unset"),
        Run("-f json auth status", "Authenticated"),
    ],
    "agent": [
        Run("agent status", "runtime"),
        Run("-f json agent status", "Agent runtime configured"),
        Run("agent whoami", ""),
        Run("-f json agent whoami", '"', alike="same"),
        Run("agent capabilities", "snap"),
        Run("-f json agent capabilities", '"', alike="same"),
        *_surface("agent"),
    ],
    "twin": [Run("twin status", "runtime"), Run("-f json twin whoami", '"', alike="same"), *_surface("twin")],
    "receipts": [
        Run("agent snap seal doc.json --domain of.the.command", ""),
        Run("-f json receipts list --limit 5", '"receipts"', {"receipt": "receipts.0.receipt_id"}, alike="same"),
        Run("receipts list", "RECEIPT_ID|receipt"),
        Run("receipts get {receipt}", "{receipt}"),
        Run("-f json receipts get {receipt}", '"snapchore_hash"', alike="same"),
        Run("-f quiet receipts list", "{receipt}"),
        Run("receipts get none", "no such receipt", exits=1),
    ],
    "atlas": [
        Run("-f json atlas register --name lab --family dev --workflow code --workflow plan --bind code=dev.code "
            "--pulse code=slot_stream --pulse plan=pgdag --events code=commit,review", '"client_secret"',
            {"app": "app_id", "client_id": "client_id", "client_secret": "client_secret"}, alike="same"),
        Run("atlas register -n other -f dev -w one,two --workflow-specs-file specs.json", "dev.one"),
        Run("atlas register -n n -f f --workflow a --pulse a=none", "bad_pulse_type", exits=1),
        Run("atlas apps", "lab"),
        Run("-f json atlas apps", '"workflow_specs"', alike="same"),
        Run("-f json atlas keys mint {app} --label worker", '"api_key"', {"key": "record.id"},
            alike="same"),
        Run("-f quiet atlas keys mint {app} --scope attest.write", "^sbn_live_"),
        Run("atlas keys mint {app} --scope *", "bad_scope", exits=1),
        Run("atlas keys bind {app} {key}", "Bound key {key}"),
        Run("atlas bindings set {app} --workflow plan --frontier dev.moved", "dev.moved"),
        Run("atlas bindings set {app} --workflow plan --frontier dev.again --pulse batch --events a,b "
            "--history-action moved", "batch", only_0_14=True),
        Run("atlas bindings history {app} --workflow plan", "dev.moved", only_0_14=True),
        Run("atlas bindings restore {app} --workflow plan --index 1", "dev.moved", only_0_14=True),
        Run("atlas resolve -w code -e commit", "Resolved: dev.code"),
        Run("-f json atlas resolve -w code", '"scoring_frontier": "dev.code"', alike="same"),
        Run("-f quiet atlas resolve -w code", "^dev.code"),
        Run("atlas frontiers --family dev", "dev.code"),
        Run("atlas tree", "code"),
        Run("atlas couplings", "no results"),
        Run("atlas calibrate", "Calibrated 0 frontiers"),
        Run("atlas calibrate -f dev.code", "dev.code"),
        Run("atlas detect", "0 new couplings"),
        Run("atlas env --app-id {app}", "ATLAS_CODE_FRONTIER=dev.code"),
        Run("atlas env --app-id {app} -f json", '"env_vars"', alike="same"),
        Run("atlas env", "ATLAS_PLAN_FRONTIER=", as_app=True),
        Run("-f quiet atlas token", "^atl_tok_", as_app=True),
        Run("atlas token --client-id {client_id} --client-secret {client_secret}", "Token issued"),
        Run("atlas instrumentation", "report", as_app=True),
        Run("-f quiet atlas instrumentation --all", "^0", as_app=True),
        Run("atlas cards register --domain dev.card --app-family dev --family-class service --authored-by me "
            "--workflow code --c-max 2", "dev.card", only_0_14=True),
        Run("atlas cards version dev.card --authored-by you --label Second", "dev.card", only_0_14=True),
        Run("atlas cards list", "Second", only_0_14=True),
        Run("atlas cards show dev.card", "Second", only_0_14=True),
        Run("atlas cards attach dev.card --app-id {app} --key-id {key}", "dev.card", only_0_14=True),
        Run("atlas cards export dev.card --out card.json", "Exported", only_0_14=True),
        Run("atlas cards import card.json --supersede-existing --change-note again", "dev.card", only_0_14=True),
        Run("atlas cards run dev.card", "status=501", exits=1, only_0_14=True),
        Run("atlas revoke {app} -y", "revoked"),
        Run("atlas env", "revoked_credential", exits=1, as_app=True),
        Run("atlas env --app-id none", "status=404", exits=1),
    ],
}
_FILES = {
    "doc.json": {"event": "signup"},
    "metadata.json": {"team": "tests"},
    "metrics.json": {"accuracy": 0.5},
    "specs.json": [{"workflow": "one", "frontier_id": "dev.one", "pulse_type": "batch", "event_types": ["e"]}],
}


def at(value, path):
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def shape(value):
    """What stays the same between two answers to one question: names, their order, and types."""
    if isinstance(value, dict):
        return [(name, shape(member)) for name, member in value.items()]
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__


class OfficialCommandTest(sdk.SdkCase):
    def setUp(self):
        super().setUp()
        for name, content in _FILES.items():
            (self.server.folder / name).write_text(json.dumps(content), encoding="utf-8")

    def say(self, command, line, row, kept):
        words = [word.format(**kept) for word in line.split()]
        variables = {"ATLAS_CLIENT_ID": kept["client_id"], "ATLAS_CLIENT_SECRET": kept["client_secret"]} \
            if row.as_app else {}
        settings = environment(SBN_BASE_URL=self.server.base_url, SBN_API_KEY=self.server.key, COLUMNS="200",
                               NO_COLOR="1", TERM="dumb", **variables)
        return subprocess.run([command, *words], env=settings, cwd=self.server.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=_SECONDS, check=False)

    def run_group(self, group):
        kept = {}
        for row in GROUPS[group]:
            if row.only_0_14 and not sdk.IS_0_14:
                continue
            with self.subTest(words=row.words):
                done = self.say(_COMMAND, row.words, row, kept)
                said = done.stdout + done.stderr
                self.assertEqual(done.returncode, row.exits, said)
                if row.exits == 0:
                    self.assertNotIn("Traceback", said)
                expected = row.prints.format(**{name: re.escape(value) for name, value in kept.items()})
                self.assertTrue(re.search(expected, done.stdout, re.M) or re.search(expected, done.stderr, re.M), said)
                for name, path in row.keeps.items():
                    kept[name] = at(json.loads(done.stdout), path)
                if row.alike and not sdk.IS_0_14:  # ours mirrors the output of 0.12.2
                    self.check_ours(row, json.loads(done.stdout), kept)

    def check_ours(self, row, official, kept):
        ours = self.say(program("sbn"), row.words if row.alike == "same" else row.alike, row, kept)
        self.assertEqual(ours.returncode, row.exits, ours.stdout + ours.stderr)
        self.assertEqual(shape(json.loads(ours.stdout)), shape(official))


def _add_tests():
    for group in GROUPS:
        def test(self, group=group):
            self.run_group(group)
        setattr(OfficialCommandTest, f"test_the_group_{group}", test)


_add_tests()

if not _COMMAND.exists():
    OfficialCommandTest = unittest.skip("the official command is not beside this Python")(OfficialCommandTest)
