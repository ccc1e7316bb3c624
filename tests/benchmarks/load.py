"""Load from a second process (wrk), and what it costs the server: requests a second, slow tail, CPU of the process tree."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

_LUA = """
local cookies = {%(cookies)s}
local tokens = {%(tokens)s}
local n = 0
request = function()
  n = n + 1
  local i = n %% #cookies + 1
  return wrk.format("%(method)s", "%(path)s", {["Cookie"] = "takwin=" .. cookies[i], ["X-CSRF-Token"] = tokens[i],
    ["Content-Type"] = "application/json", ["Accept"] = "application/json"}, %(body)s)
end
local bad = 0
response = function(status) if status ~= 200 then bad = bad + 1; if bad == 1 then io.stderr:write("status " .. status .. "\\n") end end end
done = function(summary, latency)
  io.write(string.format('JSON {"requests": %%d, "seconds": %%f, "errors": %%d, "p50": %%f, "p95": %%f}\\n', summary.requests,
    summary.duration / 1e6, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000))
end
"""


@dataclass(frozen=True)
class Run:
    """One measured run."""

    per_second: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    """User and system time of the whole process tree, per request."""
    errors: int


@dataclass(frozen=True)
class Target:
    """What is asked of a server."""

    port: int
    path: str
    cookies: Sequence[str]
    tokens: Sequence[str] = ()
    body: str = ""

    def script(self) -> str:
        """Return wrk's script."""
        tokens = self.tokens or [""] * len(self.cookies)
        return _LUA % {
            "cookies": ",".join(json.dumps(cookie) for cookie in self.cookies),
            "tokens": ",".join(json.dumps(token) for token in tokens),
            "method": "POST" if self.body else "GET",
            "path": self.path,
            "body": json.dumps(self.body) if self.body else "nil",
        }


@contextmanager
def server(command: Sequence[str], environment: Mapping[str, str], *, port: int, log: Path) -> Iterator[psutil.Process]:
    """Run a server until the end of the block; it must answer within a minute."""
    with log.open("ab") as output, subprocess.Popen(command, env=dict(environment), stdout=output, stderr=output) as process:
        try:
            wait_for(port, log)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def wait_for(port: int, log: Path, *, seconds: float = 60) -> float:
    """Return how long the server took to answer."""
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/verify", timeout=5):
                return time.perf_counter() - began
        except urllib.error.HTTPError:
            return time.perf_counter() - began
        except OSError:
            time.sleep(0.02)
    message = f"no answer at {port}:\n{log.read_text()[-2000:]}"
    raise RuntimeError(message)


def load(target: Target, process: psutil.Process, folder: Path, *, seconds: float, concurrency: int) -> Run:
    """Send requests for a while and return what came of it."""
    script = folder / f"wrk-{target.port}.lua"
    script.write_text(target.script())
    before = cpu_seconds(process)
    command = [
        "wrk",
        "-t1",
        f"-c{concurrency}",
        f"-d{round(seconds)}s",
        "--timeout",
        "20s",
        "-s",
        str(script),
        f"http://127.0.0.1:{target.port}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    spent = cpu_seconds(process) - before
    found = re.search(r"JSON (\{.*\})", done.stdout)
    if not found:
        raise RuntimeError(done.stdout + done.stderr)
    told = json.loads(found[1])
    if told["errors"]:
        sys.stderr.write(f"{told['errors']} of {told['requests']} failed at {target.path}: {done.stderr}\n")
    count = max(1, told["requests"])
    return Run(told["requests"] / told["seconds"], told["p50"], told["p95"], 1000 * spent / count, told["errors"])


def cpu_seconds(process: psutil.Process) -> float:
    """Return the CPU time that a process and its children used so far."""
    tree = [process, *process.children(recursive=True)]
    times = [one.cpu_times() for one in tree if one.is_running()]
    return sum(one.user + one.system for one in times)


def memory_mb(process: psutil.Process) -> float:
    """Return the proportional memory (PSS) of a process and its children, in MB."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        rollup = Path(f"/proc/{one.pid}/smaps_rollup").read_text()
        total += int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[1])  # type: ignore[index]
    return total / 1024
