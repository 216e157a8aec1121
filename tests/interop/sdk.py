"""The SDK under test as it was published, its versions, and the test case that serves to it."""

import contextlib
import importlib.metadata
import unittest

import peer  # noqa: F401, silences what the network's packages log
from sbn import SbnClient, SbnError

from local_server import LocalServer

VERSION = importlib.metadata.version("sbn-sdk")
IS_0_14 = VERSION == "0.14.0"

if VERSION not in ("0.12.2", "0.14.0"):
    raise SystemExit(f"sbn-sdk 0.12.2 or 0.14.0 is needed, and {VERSION} is installed")


def only_0_14(loader, standard_tests, _pattern):
    """As load_tests of a module: its tests are for calls that 0.12.2 does not have."""
    return standard_tests if IS_0_14 else loader.suiteClass()


class SdkCase(unittest.TestCase):
    """One server for all tests of a class; `self.client` has the key that may do everything."""

    @classmethod
    def setUpClass(cls):
        cls.server = LocalServer()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.client = self.connect(self.server.key)
        self.snapchore = self.client.snapchore

    def connect(self, key=None, **options):
        """A client with an API key, or without a credential. It lives as long as the test."""
        client = SbnClient(base_url=options.pop("base_url", self.server.base_url), **options)
        self.addCleanup(client.close)
        if key is not None:
            client.authenticate_api_key(key)
        return client

    @contextlib.contextmanager
    def refused(self, status, code, **details):
        """What is called inside must raise the SDK's error with that status, that code and at least these details."""
        with self.assertRaises(SbnError) as caught:
            yield
        error = caught.exception
        self.assertEqual((error.status_code, error.code), (status, code), str(error))
        self.assertIsInstance(error.details, dict)
        self.assertEqual({name: error.details.get(name) for name in details}, details)
        self.assertNotEqual(str(error).partition(" (status=")[0].strip(), "", "an error says something")
