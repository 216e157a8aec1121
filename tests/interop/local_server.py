"""`agentnet serve` on a free port with a store of its own, for the time of some tests."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.request

from programs import environment, program, run

_START_SECONDS = 20
_STOP_SECONDS = 20


class LocalServer:
    """Serves from the moment it is made until stop(). Nothing of this user's own network is touched."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="agentnet-served-"))
        self.environment = environment(XDG_STATE_HOME=str(self.folder / "state"),
                                       XDG_CONFIG_HOME=str(self.folder / "config"))
        ready_file = self.folder / "ready.json"
        self._errors = open(self.folder / "errors.txt", "w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [program("agentnet"), "serve", "--port", "0", "--ready-file", str(ready_file)],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=self._errors)
        record = self._await(ready_file)
        self.base_url = record["base_url"]
        self.tenant = record["tenant_id"]
        self.key = record["api_keys"]["sbn"]
        self.paybond_key = record["api_keys"]["paybond"]

    def _await(self, ready_file):
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if ready_file.exists():  # it appears whole: written beside and renamed
                return json.loads(ready_file.read_text())
            time.sleep(0.01)
        errors = (self.folder / "errors.txt").read_text()
        self.stop()
        raise AssertionError(f"the server did not get ready:\n{errors}")

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_key(self, *scopes):
        """A new API key with these scopes, and its id. The SDK cannot choose scopes, so it is asked for directly."""
        request = urllib.request.Request(
            f"{self.base_url}/internal/snapchore/api-keys", method="POST",
            data=json.dumps({"name": "of a test", "mode": "test", "scopes": list(scopes)}).encode(),
            headers={"x-api-key": self.key, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            made = json.load(answer)
        return made["api_key"], made["record"]["id"]

    def keys(self, *arguments):
        """What `agentnet keys` prints, run beside the server on the same data."""
        done = run("agentnet", "keys", *arguments, env=self.environment)
        if done.returncode != 0:
            raise AssertionError(f"agentnet keys {arguments} ended with {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode()

    def trust(self, public_pem, kid, issuer, audience):
        """Takes the tokens of a signing key from here on."""
        path = self.folder / f"trusted-{kid}-{issuer}.pem"
        path.write_bytes(public_pem)
        self.keys("trust", "--kid", kid, "--issuer", issuer, "--audience", audience, "--tenant", self.tenant, str(path))
