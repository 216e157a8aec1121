"""The SDK behind a network that fails now and then: what was lost on its way arrives once, and what can be repeated
without harm is. The SDK sends nothing by which a seal or an append that is repeated could be told from a new one."""

import time

from sbn import RetryConfig, SbnTransportError

import sdk
from recording import Flaky


class RetryTest(sdk.SdkCase):
    def behind(self, failures, retry=None, **options):
        flaky = Flaky(self.server.base_url, failures, **options)
        self.enterContext(flaky)
        return flaky, self.connect(self.server.key, base_url=flaky.base_url, **({"retry": retry} if retry else {}))

    def test_a_seal_that_fails_twice_on_its_way_arrives_once(self):
        flaky, client = self.behind(2)
        started = time.monotonic()
        block = client.snapchore.seal({"third": "time"}, domain="interop.retry")
        waited = time.monotonic() - started
        first = RetryConfig().backoff_factor
        self.assertGreaterEqual(waited, 3 * first, "the SDK waits, then twice as long")
        self.assertEqual([(request.method, request.path()) for request in flaky.requests],
                         [("POST", "/internal/snapchore/seal")] * 3)
        self.assertEqual(len({request.body for request in flaky.requests}), 1)
        rows = self.snapchore.discover_recent(domain="interop.retry")["entries"]
        self.assertEqual([row["hash"] for row in rows], [block["hash"]])

    def test_a_network_that_keeps_failing_is_given_up(self):
        flaky, client = self.behind(100, RetryConfig(backoff_factor=0.01))
        with self.refused(503, "overloaded"):
            client.snapchore.get_stats()
        self.assertEqual(len(flaky.requests), RetryConfig().attempts)

    def test_a_refusal_is_not_tried_again(self):
        flaky, client = self.behind(0)
        for status, code, call in ((404, "unknown_hash", lambda: client.snapchore.discover("0" * 64)),
                                   (501, "not_implemented", lambda: client.governance.list_proposals())):
            flaky.requests.clear()
            with self.refused(status, code):
                call()
            self.assertEqual(len(flaky.requests), 1)

    # The answer got lost, so the SDK sends the same once more. Both arrive.
    def twice(self, call):
        flaky, client = self.behind(1, RetryConfig(backoff_factor=0.01), lose_answers=True)
        answer = call(client.snapchore)
        self.assertEqual(len(flaky.requests), 2)
        return answer

    def test_a_capture_whose_answer_was_lost_is_noted_once(self):
        captured = self.twice(lambda snapchore: snapchore.capture({"lost": "capture"}))["hash"]
        rows = self.snapchore.discover_recent(source="capture")["entries"]
        self.assertEqual([row["snapchore_hash"] for row in rows], [captured])

    def test_a_chain_whose_answer_was_lost_is_made_once(self):
        self.assertEqual(self.twice(lambda snapchore: snapchore.create_chain("lost"))["length"], 0)
        chains = self.snapchore.list_chains()["chains"]
        self.assertEqual([chain["chain_id"] for chain in chains].count("lost"), 1)

    def test_a_revocation_whose_answer_was_lost_is_no_fault(self):
        _, key_id = self.server.make_key("*")
        self.assertIs(self.twice(lambda snapchore: snapchore.revoke_api_key(key_id))["revoked"], True)

    def test_nobody_there_is_a_transport_error(self):
        with Flaky(self.server.base_url, 0) as flaky:
            gone = flaky.base_url
        client = self.connect(self.server.key, base_url=gone, retry=RetryConfig(attempts=2, backoff_factor=0.01))
        with self.assertRaises(SbnTransportError):
            client.snapchore.get_stats()
