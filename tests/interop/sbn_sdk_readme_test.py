"""The README's program for the SDK runs as it stands there, beside a server's ready file."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import sdk

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


class ReadmeTest(sdk.SdkCase):
    def test_the_program_runs(self):
        programs = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
        self.assertEqual(len(programs), 1)
        with tempfile.TemporaryDirectory() as folder:
            ready = {"base_url": self.server.base_url, "api_keys": {"sbn": self.server.key}}
            pathlib.Path(folder, "ready.json").write_text(json.dumps(ready), encoding="utf-8")
            done = subprocess.run([sys.executable, "-c", programs[0]], cwd=folder, capture_output=True, text=True,
                                  timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "True\n"), done.stderr)
