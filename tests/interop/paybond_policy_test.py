"""Completion presets and policy files, case by case against the official kit, and its command against our network.

Generated are evidence for every preset with fields that are missing, foreign, of another type or a payment's, policies
with one member spoilt, and lists of guardrails. The report on evidence must be the kit's by value and order; a policy
must be one for both or for neither.
"""

import asyncio
import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

try:
    import httpx
    from paybond_kit import Paybond, completion_catalog, completion_validate_evidence
    from paybond_kit import policy as kit_policy
    from paybond_kit.policy import digest as kit_digest, merge as kit_merge, schema as kit_schema
    from paybond_kit.policy import validate_remote as kit_remote
except ImportError as missing:
    raise unittest.SkipTest(f"{missing}: run this with the Python that has it") from missing

import local_server
import options
import programs

MOST = 600  # runs of the program for one test
VALUES = [None, True, False, 0, 1, -1, 200, 1.0, 1.5, 1e300, "", "a", "1", "attested", "it's", "\"", "é", "\u200b", "\\",
          "status", [], ["a"], [1], ["a", 1], {}, {"a": 1}, "completed"]
SPOILT = [None, True, 0, -1, 1.5, 2, "", "a", "A b", "1a", "usd", "org_a", "a/b", [], ["a"], ["a", "a"], [1], {}, {"a": 1},
          {"side_effecting": False}, "sha256:" + "0" * 64, "sha256:zz", "stripe_charge", "x" * 65, "x" * 129]
TOOL = {"side_effecting": True, "max_spend_cents": 5, "evidence_preset": "stripe_charge", "operation": "a.b",
        "vendor_pack": "stripe_charge"}
INTENT = {"allowed_tools": ["a.b"], "budget": {"currency": "usd", "max_spend_usd": 2},
          "policy_binding": {"template_id": "true_v1", "version_seq": 1, "head_digest": "sha256:" + "0" * 64}}
FIRST = {"version": 1, "name": "x", "default_deny": True, "tools": {"a.b": TOOL, "c": {"side_effecting": False}},
         "intent": INTENT, "adapter": {"deny_provider_executed_tools": True}}
SECOND = {**FIRST, "version": 2, "extends": {"org_policy_id": "p", "org_id": "org_a", "base_policy": "b.yaml"},
          "overrides": {"default_deny": True, "tools": {"a.b": {"max_spend_cents": 4}},
                        "intent": {"budget": {"currency": "usd"}}}}


def ours(*words, stdin=b"", **more):
    done = programs.run("paybond", *words, "-f", "json", stdin=stdin, **more)
    return done.returncode, json.loads(done.stdout)["data"] if done.stdout else json.loads(done.stderr)


def kit_command(server, *words, cwd):
    environment = {**os.environ, "PAYBOND_API_KEY": server.paybond_key, "PAYBOND_TELEMETRY": "0", "HOME": str(cwd),
                   "XDG_CONFIG_HOME": str(cwd)}
    done = subprocess.run([str(pathlib.Path(sys.executable).with_name("paybond")), "--gateway", server.base_url, *words,
                           "--format", "json"], env=environment, cwd=cwd, capture_output=True, check=False)
    return done.returncode, json.loads(done.stdout)


class Evidence(unittest.TestCase):
    def make(self, chance, preset):
        names = [*(preset.get("vendor_evidence_schema") or preset["evidence_schema"])["properties"],
                 *preset["evidence_schema"]["properties"], *preset.get("forbidden_evidence_fields", [])[:2],
                 "artifact_blake3_hex", "other"]
        samples = {**preset["sample_evidence"], **preset.get("vendor_sample_evidence", {})}
        made = {}
        for name in chance.sample(names, chance.randint(0, min(6, len(names)))):
            made[name] = samples[name] if name in samples and chance.random() < 0.6 else chance.choice(VALUES)
        return samples if chance.random() < 0.15 else made

    def test_evidence_is_judged_as_the_kit_judges_it(self):
        chance = random.Random(options.seed())
        presets = {each: completion_catalog.get_completion_preset(each)
                   for each in completion_catalog.list_completion_preset_ids()}
        for number in range(min(options.documents(), MOST)):
            name = chance.choice(list(presets))
            given, words = {}, ["--preset", name]
            for side in chance.choice([["vendor"], ["canonical"], ["vendor", "canonical"]]):
                given[f"{side}_payload"] = self.make(chance, presets[name])
                words += [f"--{side}-file", json.dumps(given[f"{side}_payload"])]
            if chance.random() < 0.2:
                given["frozen_vendor_api_version"] = chance.choice(["1999", "vendor_webhook_v1", ""])
                words += ["--frozen-api-version", given["frozen_vendor_api_version"]]
            wanted = completion_validate_evidence.validate_completion_evidence(preset_id=name, **given)
            wanted = wanted if isinstance(wanted, dict) else vars(wanted)
            code, report = ours("policy", "validate-evidence", *words)
            with self.subTest(number=number, name=name, given=given):
                good = report.pop("ok")
                self.assertEqual(json.dumps(report), json.dumps(wanted))
                self.assertEqual(code, 0 if good else 10)


class Policies(unittest.TestCase):
    def spoil(self, chance, value):
        """The same with one member, at any depth, changed, added or taken away."""
        if not isinstance(value, dict) or not value or chance.random() < 0.3:
            return chance.choice(SPOILT)
        name = chance.choice(list(value))
        how = chance.random()
        if how < 0.2:
            return {each: value[each] for each in value if each != name}
        if how < 0.35:
            return {**value, chance.choice(["other", "A", "a", "extends", "overrides"]): chance.choice(SPOILT)}
        return {**value, name: self.spoil(chance, value[name])}

    def is_one_for_the_kit(self, policy):
        try:
            kit_policy.parse_paybond_policy_document(policy)
        except Exception:  # what it throws is of several kinds
            return False
        return True

    def test_a_policy_is_one_for_both_or_for_neither(self):
        chance = random.Random(options.seed())
        for number in range(min(options.documents(), MOST)):
            policy = self.spoil(chance, chance.choice([FIRST, SECOND]))
            if not isinstance(policy, dict) or None in (policy.get("tools", 0), policy.get("intent", 0)):
                continue  # an empty mapping here, as in YAML
            if policy.get("version") is True:
                continue  # which is 1 to Python
            _, verdict = ours("policy", "validate-tools", "--file", "-", stdin=json.dumps(policy).encode())
            # What only the catalogue or a base policy decides, the kit's parser leaves open.
            faults = [each for each in verdict["errors"] if each["code"] == "policy.schema_invalid" and
                      not (each["path"] == "extends" and "overlay" in each["message"])]
            with self.subTest(number=number, policy=policy, faults=faults):
                self.assertEqual(not faults, self.is_one_for_the_kit(policy))

    def test_what_a_policy_names_and_is_not_there_has_the_kits_codes(self):
        chance = random.Random(options.seed())
        presets = ["stripe_charge", "cost_and_completion", "nope", "other"]
        for number in range(min(options.documents(), MOST // 4)):
            tools = {}
            for name in chance.sample(["a.b", "c", "d.e"], chance.randint(1, 3)):
                tools[name] = {"side_effecting": chance.random() < 0.5, "evidence_preset": chance.choice(presets)}
                if chance.random() < 0.3:
                    tools[name]["vendor_pack"] = chance.choice(presets)
                if chance.random() < 0.3:
                    tools[name]["operation"] = chance.choice(["op.a", "d.e"])
            policy = {"version": chance.choice([1, 2]), "name": "x", "default_deny": True, "tools": tools,
                      "intent": {"allowed_tools": chance.sample(["a.b", "c", "d.e", "op.a"], chance.randint(0, 3))}}
            kits = kit_policy.PolicyValidator.validate(policy)
            _, verdict = ours("policy", "validate-tools", "--file", "-", stdin=json.dumps(policy).encode())
            told = [[(each["path"], each["code"]) for each in verdict["errors"]], verdict["policy_name"]]
            with self.subTest(number=number, policy=policy):
                self.assertEqual(told, [[(each.path, each.code) for each in kits.errors], kits.policy_name])


class Served(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = local_server.LocalServer()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="agentnet-policy-"))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_the_kit_previews_against_our_network(self):
        evidence = self.folder / "evidence.json"
        for cents, passes in ((100, True), (101, False)):
            evidence.write_text(json.dumps({"status": "completed", "cost_cents": cents}))
            code, said = kit_command(self.server, "policy", "preview", "--preset", "cost_and_completion",
                                     "--evidence-file", str(evidence), cwd=self.folder)
            self.assertEqual((code, said["data"]["pass"]), (0, passes))
            self.assertEqual(said["data"]["materialized_dsl"]["root"]["op"], "all")

    def test_policies_that_our_command_writes_are_valid_for_the_kit_and_our_network(self):
        for preset in ("travel", "strict", "read-only"):
            file = self.folder / f"{preset}.yaml"
            ours("policy", "init", "--preset", preset, "--out", str(file))
            kit_policy.PaybondPolicy.load(str(file))
            code, said = kit_command(self.server, "policy", "validate-tools", "--file", str(file), "--remote", "--strict",
                                     cwd=self.folder)
            self.assertEqual((code, said["data"]["valid"], said["data"]["remote_valid"]), (0, True, True))

    def test_the_kit_finds_the_templates_that_a_policy_names(self):
        file = self.folder / "binding.json"
        file.write_text(json.dumps(FIRST))
        words = ["policy", "validate-tools", "--file", str(file), "--check-gateway"]
        code, said = kit_command(self.server, *words, cwd=self.folder)
        self.assertEqual((code, said["data"]["valid"]), (0, True), said)
        other = {**INTENT, "policy_binding": {"template_id": "nope_v1", "version_seq": 1}}
        file.write_text(json.dumps({**FIRST, "intent": other}))
        self.assertNotEqual(kit_command(self.server, *words, cwd=self.folder)[0], 0)

    def test_policies_that_the_kit_writes_are_valid_here(self):
        for number, rails in enumerate(["strict", "max-spend:12.5", "default-deny,max-spend-cents:77", "require-evidence"]):
            file = self.folder / f"kit-{number}.yaml"
            code, _ = kit_command(self.server, "policy", "init", "--domain", "aws", "--guardrails", rails, "--out", str(file),
                                  cwd=self.folder)
            self.assertEqual(code, 0)
            self.assertEqual(ours("policy", "validate-tools", "--file", str(file))[0], 0)
            shown = ours("policy", "presets", "show", "--domain", "aws", "--guardrails", rails)[1]["yaml"]
            written = [each for each in file.read_text().splitlines() if each and not each.startswith("#")]
            self.assertEqual([each for each in shown.splitlines() if each], written)

    def test_an_overlay_is_merged_as_the_kit_merges_it_or_refused(self):
        base = {**FIRST, "version": 2, "name": "base-v1", "tools": {
            "a.b": TOOL, "c": {"side_effecting": False},
            "d": {"side_effecting": True, "spend_from_args": "p", "evidence_preset": "api_response_ok"}}}
        chance = random.Random(options.seed())
        changes = {
            "default_deny": [True, False],
            "tools": [{"a.b": {"max_spend_cents": 4}}, {"a.b": {"max_spend_cents": 6}}, {"c": {"max_spend_cents": 1}},
                      {"a.b": {"side_effecting": False}}, {"a.b": {"evidence_preset": "api_response_ok"}},
                      {"d": {"max_spend_cents": 3}}, {"a.b": {"spend_from_args": "x"}}, {"zz": {"max_spend_cents": 1}}],
            "intent": [{"allowed_tools": ["a.b"]}, {"allowed_tools": ["a.b", "c"]}, {"allowed_tools": []},
                       {"budget": {"currency": "usd", "max_spend_usd": 1}}, {"budget": {"currency": "usd", "max_spend_usd": 3}},
                       {"policy_binding": {"version_seq": 2}}, {"policy_binding": {"template_id": "api_response_v1"}}],
            "adapter": [{"deny_provider_executed_tools": True}, {"deny_provider_executed_tools": False}]}
        extends = {"org_policy_id": "base-v1", "org_id": "org_a"}
        tools = [{}, {"new": {"side_effecting": False}}, {"c": {"side_effecting": False}}, {"new": {**TOOL, "operation": "new"}}]
        headers = {"authorization": "Bearer " + self.server.paybond_key}
        published = httpx.put(self.server.base_url + "/v1/admin/org-policies/base-v1?org_id=org_a", json=base, headers=headers)
        self.assertEqual(published.status_code, 200, published.text)
        refused = 0
        for number in range(min(options.documents(), MOST)):
            overlay = {"version": 2, "name": "over", "default_deny": chance.random() < 0.5, "extends": extends,
                       "tools": chance.choice(tools)}
            picked = chance.sample(list(changes), chance.randint(0, 3))
            if picked:
                overlay["overrides"] = {name: chance.choice(changes[name]) for name in picked}
            if chance.random() < 0.3:
                overlay["intent"] = chance.choice(changes["intent"][:5])
            try:
                wanted = kit_merge.merge_paybond_policies(kit_schema.parse_paybond_policy_document_v2(base),
                                                          kit_schema.parse_paybond_policy_document_v2(overlay))
            except Exception:  # of several kinds
                wanted = None
            answer = httpx.post(self.server.base_url + "/v1/org-policies/base-v1/effective", json=overlay, headers=headers)
            with self.subTest(number=number, overlay=overlay, answer=answer.text):
                refused += wanted is None
                self.assertEqual(answer.status_code, 422 if wanted is None else 200)
                if wanted is not None:
                    self.assertEqual(answer.json()["effective_policy"], kit_schema.policy_document_to_dict(wanted.effective))
                    self.assertEqual(sorted(answer.json()["merge_report"]["overrides_applied"]),
                                     sorted(wanted.report.overrides_applied))
        self.assertGreater(refused, 0)

    def test_the_kit_resolves_an_overlay(self):
        async def live():
            kit = await Paybond.open(api_key=self.server.paybond_key, gateway_base_url=self.server.base_url)
            base = {**FIRST, "version": 2, "name": "kit-v1"}
            headers = {"authorization": "Bearer " + self.server.paybond_key}
            httpx.put(self.server.base_url + "/v1/admin/org-policies/kit-v1?org_id=org_a", json=base, headers=headers)
            overlay = {"version": 2, "name": "over", "default_deny": True, "tools": {},
                       "extends": {"org_policy_id": "kit-v1", "org_id": "org_a"}}
            first = await kit.harbor.resolve_policy_effective("kit-v1", overlay)
            self.assertEqual((first.unchanged, first.effective_policy["name"], first.org_base_version_seq), (False, "over", 1))
            same = await kit.harbor.resolve_policy_effective("kit-v1", overlay,
                                                             current_digest=first.effective_policy_digest)
            self.assertIs(same.unchanged, True)
            document = kit_schema.parse_paybond_policy_document_v1(first.effective_policy)
            self.assertEqual(first.effective_policy_digest, kit_digest.canonical_policy_document_digest(document))
            self.assertEqual(first.effective_policy_version,
                             kit_digest.policy_version_label("over", first.effective_policy_digest))
            checked = await kit.harbor.validate_policy(
                overlay, options=kit_remote.PolicyRemoteValidateOptions(resolve_inheritance=True))
            self.assertEqual((checked.valid, checked.effective_policy_digest), (True, first.effective_policy_digest))
            self.assertEqual(checked.merge_report.base_policy_name, "kit-v1")
            with self.assertRaises(Exception) as caught:
                await kit.harbor.resolve_policy_effective("none-v1", {**overlay, "extends": {"org_policy_id": "none-v1",
                                                                                             "org_id": "org_a"}})
            self.assertEqual(caught.exception.status_code, 404)
            await kit.aclose()
        asyncio.run(live())

    def test_a_guarded_tool_runs_with_a_budget(self):
        file = self.folder / "guard.py"
        ours("init", "guardrail", "--out", str(file))
        spec = importlib.util.spec_from_file_location("guard", file)
        guard = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(guard)
        os.environ.update(PAYBOND_API_KEY=self.server.paybond_key, PAYBOND_GATEWAY_URL=self.server.base_url)
        self.addCleanup(os.environ.pop, "PAYBOND_API_KEY")
        self.addCleanup(os.environ.pop, "PAYBOND_GATEWAY_URL")
        result, settled = guard.guarded("paid-tool", 100, lambda word: word + "!", "done")
        self.assertEqual((result, settled["predicate_passed"], settled["sandbox_lifecycle_status"]),
                         ("done!", True, "released"))
        with self.assertRaises(ZeroDivisionError):
            guard.guarded("paid-tool", 100, lambda: 1 // 0)


if __name__ == "__main__":
    unittest.main()
