"""`sbn gateway slots stream` against the recorded flows of the SDK's slot sessions (0.12.2).

A recorded Action block, taken as an event, must lead to itself: the session lets an event's own members win. So the
blocks of a flow are streamed again, and the requests must be those of the flow, to the byte of their bodies.
"""

import json
import pathlib
import unittest

from programs import ROOT, environment, run
from recording import Recording

_VECTORS = pathlib.Path(ROOT) / "tests" / "vectors" / "sbn" / "http_0.12.2.json"
_REPLY = {"id": "slot-1", "slot_id": "slot-1", "receipt_id": "rcpt-1", "snap_hash": "ab"}


def streamed(vector):
    """The requests of a flow that a stream can make: opening, Action blocks of the worker, closing, attesting."""
    kept = []
    for request in vector["requests"]:
        body = json.loads(request["body"]) if request["body"] else {}
        if request["target"] == "/api/bitblocks/submit":
            if body["block_type"] != "Action" or set(body.get("metadata", {})) != {"worker_id"}:
                continue
        elif request["target"] == "/attest" or request["method"] == "GET":
            continue
        kept.append((request, body))
    return kept


class StreamTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.recording = cls.enterClassContext(Recording())

    def stream(self, events, *options):
        self.recording.reply = _REPLY
        self.recording.requests.clear()
        done = run("sbn", "gateway", "slots", "stream", *options, "--base-url", self.recording.base_url, "--retries",
                   "0", stdin="".join(json.dumps(event) + "\n" for event in events).encode(),
                   env=environment(SBN_API_KEY="k"))
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return list(self.recording.requests), done

    def test_the_requests_of_a_flow_are_those_that_were_recorded(self):
        flows = 0
        for vector in json.loads(_VECTORS.read_text())["vectors"]:
            if not vector["id"].startswith("stream.") or not vector["requests"]:
                continue
            kept = streamed(vector)
            opened = kept[0][1]
            submits = [body for request, body in kept if request["target"] == "/api/bitblocks/submit"]
            closes = [request for request, _ in kept if request["target"].endswith("/close")]
            # What comes after the first close is refused by the stream itself.
            if vector["id"] == "stream.event-after-close":
                submits, kept = [], kept[:2]
            metadata = {name: value for name, value in opened["metadata"].items() if name != "generation_interval"}
            domain = submits[0]["domain"] if submits else "default"
            with self.subTest(vector=vector["id"]):
                sent, _ = self.stream([body["payload"] for body in submits], "--worker", opened["worker_id"], "--task",
                                      opened["task_type"], "--domain", domain, "--interval",
                                      str(opened["generation_interval"]), "--metadata", json.dumps(metadata))
                self.assertEqual([(each.method, each.target, each.body.decode()) for each in sent],
                                 [(request["method"], request["target"], request["body"]) for request, _ in kept])
                self.assertTrue(closes)
                flows += 1
        self.assertGreaterEqual(flows, 4)

    def test_a_stream_is_finalised_with_the_recorded_attestation(self):
        sent, done = self.stream([], "--worker", "w", "--task", "t", "--attest", "--snap-hash",
                                 "sha256:your-snap-hash", "--frontier", "f.1")
        self.assertEqual([each.target for each in sent], ["/slots", "/slots/slot-1/close", "/attest"])
        self.assertEqual(json.loads(sent[2].body), {
            "slot_id": "slot-1", "snap_hash": "sha256:your-snap-hash", "snap_version": "1", "frontier_id": "f.1",
            "metadata": {"frontier_id": "f.1"}})
        self.assertEqual(json.loads(done.stdout), {"close": _REPLY, "attestation": _REPLY})

    def test_events_of_a_network_that_is_not_local_go_one_by_one_in_order(self):
        sent, done = self.stream([{"n": n} for n in range(50)], "--worker", "w", "--task", "t")
        submits = [json.loads(each.body)["payload"]["n"] for each in sent if each.target == "/api/bitblocks/submit"]
        self.assertEqual(submits, list(range(50)))
        self.assertEqual(len(done.stdout.splitlines()), 51)

    def test_with_more_in_flight_every_event_is_still_sent_once(self):
        sent, done = self.stream([{"n": n, "pad": "x" * 500} for n in range(200)], "--worker", "w", "--task", "t",
                                 "--in-flight", "8")
        submits = [json.loads(each.body)["payload"]["n"] for each in sent if each.target == "/api/bitblocks/submit"]
        self.assertEqual(sorted(submits), list(range(200)))
        self.assertEqual(len(done.stdout.splitlines()), 201)
