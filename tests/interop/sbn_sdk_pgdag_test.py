"""Workflows: the SDK's calls against `agentnet serve`, and the kernel beside the SDK's own pgdag."""

import asyncio
import datetime
import json
import pathlib
import random
import subprocess
import tempfile

import options
import sdk
from programs import environment, program

_DAGS = 12


def load_tests(loader, standard_tests, pattern):
    return sdk.only_0_14(loader, standard_tests, pattern)


def generated(seed):
    """A template and what its steps return, from a seed."""
    source = random.Random(seed)
    names = [f"step-{number}" for number in range(source.randint(1, 14))]
    edges = [[before, name] for place, name in enumerate(names) for before in names[:place] if source.random() < 0.3]
    if source.random() < 0.3:
        edges = []
    declared = names if not edges else source.sample(names, len(names))
    outputs = {name: {f"out {name}": source.choice([1, 2.5, -0.0, 1e22, "é🙂\u007f", None, [1, {"b": 2, "a": 1}]]),
                      "shared": name} for name in names}
    return {"name": f"dag-{seed}", "version": "1.0", "domain": source.choice(["general", "intérop"]),
            "nodes": declared, "edges": edges}, outputs


class KernelTest(sdk.SdkCase):
    def run_ours(self, template, outputs, inputs, folder):
        command = [program("sbn"), "pgdag", "run", json.dumps(template), "--inputs", json.dumps(inputs), "--actor",
                   "judge", "--run-id", template["name"], "-o", "json"]
        for name, value in outputs.items():
            path = pathlib.Path(folder) / f"{name}.json"
            path.write_text(json.dumps(value), encoding="utf-8")
            command += ["--step", f"{name}=cat '{path}'"]
        done = subprocess.run(command, capture_output=True, check=False,
                              env={**environment(), "XDG_STATE_HOME": folder})
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def run_theirs(self, template, outputs, inputs, times):
        """Their kernel with our times: the hash of a proof covers when the step was opened."""
        import pgdag
        import pgdag.envelope

        runner = pgdag.PGDAGRunner()

        def function(name):
            async def step(_context):
                return json.loads(json.dumps(outputs[name]))
            return step

        for name in outputs:
            runner.register_step(name, function(name))
        dag = pgdag.DAGTemplate(name=template["name"], domain=template["domain"],
                                nodes=[pgdag.DAGNode(id=name) for name in template["nodes"]],
                                edges=[pgdag.DAGEdge(*edge) for edge in template["edges"]])
        build = pgdag.StepEnvelopeBuilder.build

        def at_our_time(self, step_id, *arguments, **named):
            envelope = build(self, step_id, *arguments, **named)
            envelope.created_at = times[step_id]
            return envelope

        pgdag.StepEnvelopeBuilder.build = at_our_time
        try:
            return asyncio.run(runner.execute(dag, inputs, actor="judge", run_id=template["name"])).to_dict()
        finally:
            pgdag.StepEnvelopeBuilder.build = build

    def test_fingerprints_proofs_and_roots_are_those_of_the_sdk(self):
        for number in range(_DAGS):
            seed = options.seed() * 1000 + number
            template, outputs = generated(seed)
            inputs = {"x": number, "é": [1.5, None]}
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder:
                ours = self.run_ours(template, outputs, inputs, folder)
                times = {name: datetime.datetime.fromisoformat(proof["created_at"])
                         for name, proof in ours["proofs"].items()}
                theirs = self.run_theirs(template, outputs, inputs, times)
                self.assertEqual(list(ours["proofs"]), list(theirs["proofs"]))
                for name, proof in ours["proofs"].items():
                    for member in ("inputs_fingerprint", "outputs_fingerprint", "proof_hash", "status", "metrics",
                                   "anchor_hash", "anchor_type", "spec_version"):
                        self.assertEqual(proof[member], theirs["proofs"][name][member], (name, member))
                self.assertEqual(ours["merkle_root_hash"], theirs["merkle_root_hash"])
                self.assertEqual(ours["final_outputs"], theirs["final_outputs"])
                self.assertEqual(list(ours)[:-1], list(theirs), "the same members, and behind them the record")

    def test_fingerprints_of_single_documents(self):
        import pgdag

        for value in ({"a": "\u007f"}, {"é": "\U0001f642"}, {"f": 1e-7, "g": 1e16, "h": 5e-324}, {"b": {"z": 1, "a": []}}):
            with self.subTest(value=value), tempfile.TemporaryDirectory() as folder:
                ours = self.run_ours({"name": "t", "nodes": ["a"]}, {"a": {}}, value, folder)
                self.assertEqual(ours["proofs"]["a"]["inputs_fingerprint"], pgdag.canonical_fingerprint(value))


class GatewayTest(sdk.SdkCase):
    TEMPLATE = {"name": "t", "nodes": [{"id": "a"}, {"id": "b"}], "edges": [{"source": "a", "target": "b"}]}

    def test_health(self):
        self.assertEqual(self.client.gateway.pgdag_health()["status"], "ok")

    def test_a_run_leaves_receipts(self):
        run = self.client.gateway.run_pgdag(template=self.TEMPLATE, inputs={"x": 1}, run_id="run-1")
        self.assertEqual((run["status"], run["run_id"], list(run["proofs"])), ("complete", "run-1", ["a", "b"]))
        for proof in run["proofs"].values():
            self.assertEqual(self.client.gateway.fetch_receipt(proof["receipt_id"]).id, proof["receipt_id"])

    def test_what_cannot_be_run_is_refused(self):
        with self.refused(400, "bad_field", field="template"):
            self.client.gateway.run_pgdag()
        with self.refused(400, "cycle"):
            self.client.gateway.run_pgdag(template={"name": "t", "nodes": ["a"], "edges": [["a", "a"]]})
        with self.refused(501, "not_implemented"):
            self.client.gateway.run_pgdag(workflow_id="w-1")
