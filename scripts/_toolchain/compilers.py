"""Finding a Solidity compiler of exactly the pinned build."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import solcx
import solcx.install

from _toolchain.errors import ToolchainError
from _toolchain.settings import NATIVE_SOLC, REPOSITORY, SOLC_BUILD, SOLC_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SHIM = REPOSITORY / "scripts" / "solc-shim.js"
SETTING = "TOKENKIT_SOLC"

_PROBE_SECONDS = 3
_DOWNLOAD_SECONDS = (5, 60)


class _Unavailable(Exception):
    """One way to a compiler is closed; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler:
    """A compiler of the pinned build."""

    path: Path
    origin: str

    def compile(self, standard_json: Mapping[str, object]) -> dict[str, Any]:
        """Compile one standard JSON input with every source inlined.

        Raises:
            ToolchainError: the compiler refuses the sources; the message has its own words.
        """
        try:
            return dict(solcx.compile_standard(dict(standard_json), solc_binary=self.path))
        except solcx.exceptions.SolcError as error:
            raise ToolchainError(_compiler_words(error)) from error


def find(explicit: str | None = None) -> Compiler:
    """Find a compiler: explicit setting, py-solc-x's store, a download into that store, the npm package.

    Raises:
        ToolchainError: there is none; the message lists what was tried. Or the explicit one is not the pinned build.
    """
    setting = explicit or os.environ.get(SETTING)
    if setting:
        try:
            return _verified(Path(setting), "explicit setting")
        except _Unavailable as reason:
            raise ToolchainError(f"The compiler you set cannot be used: {reason}.") from reason

    tried: list[str] = []
    ways: tuple[Callable[[], Compiler], ...] = (_installed, _downloaded, _npm)
    for way in ways:
        try:
            return way()
        except _Unavailable as reason:
            tried.append(f"  - {reason}")
    raise ToolchainError(
        f"No Solidity compiler {SOLC_BUILD} was found. Tried:\n"
        + "\n".join([f"  - {SETTING} and --solc are not set", *tried])
        + f"\nRun `make node` to get the npm package, or set {SETTING} to a solc {SOLC_VERSION}."
    )


def _verified(path: Path, origin: str) -> Compiler:
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise _Unavailable(f"{origin}: {path} does not run ({error})") from error
    if SOLC_BUILD not in answer:
        raise _Unavailable(f"{origin}: {path} is not solc {SOLC_BUILD}: {answer.strip().splitlines()[-1:]}")
    return Compiler(path=path, origin=origin)


def _installed() -> Compiler:
    try:
        path = solcx.install.get_executable(SOLC_VERSION)
    except solcx.exceptions.SolcNotInstalled:
        raise _Unavailable(f"py-solc-x has no solc {SOLC_VERSION} in {_store()}") from None
    return _verified(Path(path), "py-solc-x")


def _downloaded() -> Compiler:
    """Download into py-solc-x's store.

    py-solc-x's own ``install_solc`` has no time-out, checks no hash and runs what it got, so the bytes are fetched and compared here first.
    """
    name, expected = NATIVE_SOLC.get((platform.system(), platform.machine()), ("", ""))
    if not name:
        raise _Unavailable(f"download: no binary is published for {platform.system()} on {platform.machine()}")
    url = solcx.install.BINARY_DOWNLOAD_BASE.format(name, f"solc-{name}-amd64-v{SOLC_BUILD}")
    host = urlsplit(url).hostname or ""
    try:
        socket.create_connection((host, 443), timeout=_PROBE_SECONDS).close()
        response = requests.get(url, timeout=_DOWNLOAD_SECONDS)
        response.raise_for_status()
    except (OSError, requests.RequestException) as error:
        raise _Unavailable(f"download: {host} cannot be reached ({error})") from error

    actual = hashlib.sha256(response.content).hexdigest()
    if actual != expected:
        raise _Unavailable(f"download: the sha256 of {url} is {actual}, not {expected}; it was not run")
    path = _store() / f"solc-v{SOLC_VERSION}"
    partial = path.with_suffix(".part")
    partial.write_bytes(response.content)
    partial.chmod(0o755)
    partial.replace(path)
    return _verified(path, "py-solc-x download")


def _npm() -> Compiler:
    if shutil.which("node") is None:
        raise _Unavailable("npm package solc: node is not on PATH")
    if not (REPOSITORY / "node_modules" / "solc" / "soljson.js").exists():
        raise _Unavailable("npm package solc: node_modules/solc is missing")
    return _verified(SHIM, "npm package solc")


def _store() -> Path:
    return Path(solcx.install.get_solcx_install_folder())


def _compiler_words(error: solcx.exceptions.SolcError) -> str:
    problems = getattr(error, "error_dict", None) or []
    words = [
        str(problem.get("formattedMessage", problem)) for problem in problems if problem.get("severity") == "error"
    ]
    return "\n".join(words) or str(error)
