"""Every choice of the contracts' build, in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]

SOLC_VERSION: Final = "0.8.37"
SOLC_BUILD: Final = f"{SOLC_VERSION}+commit.f401782d"

NATIVE_SOLC: Final = {
    # platform.system(), platform.machine() → py-solc-x's name of the platform, sha256 of the publisher's binary
    ("Linux", "x86_64"): ("linux", "5de843c2c93563cc66425c99a4fb13fdbf32b4c4ae07469480faaf126e14404a"),
    ("Darwin", "x86_64"): ("macosx", "a27396e7732aa52e80ff89ad7bd8a2e46fec2a6dcc4ef20cd16e5e0c502d6821"),
    ("Darwin", "arm64"): ("macosx", "a27396e7732aa52e80ff89ad7bd8a2e46fec2a6dcc4ef20cd16e5e0c502d6821"),
}

BUILD: Final[dict[str, object]] = {
    # py-evm has no later fork; solc's own default is later.
    "evmVersion": "prague",
    "viaIR": True,
    "optimizer": {"enabled": True, "runs": 200},
    # No hash of the sources in the code: editing a comment changes no byte, so a deployed contract and a rebuilt one can be compared whole.
    "metadata": {"bytecodeHash": "none", "useLiteralContent": True},
}
"""The one set of compiler settings, for every contract."""

EXTRA: Final = (
    "@openzeppelin/contracts/access/manager/AccessManager.sol:AccessManager",
    "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol:ERC1967Proxy",
    "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol:IERC20Metadata",
    "contracts/interfaces/standards/ITrex.sol:ITrex",
)
"""OpenZeppelin's contracts that tokenkit deploys, and interfaces through which it talks to contracts that are not its own."""

ALLOWED_WARNINGS: Final = {
    # solc's error code → (path prefix, reason)
    "2394": ("@openzeppelin/", "OpenZeppelin's reentrancy guard clears its transient slot at the end of the call"),
    "5574": ("", "scripts/sizes.py refuses contracts above the limit of EIP-170, with the numbers"),
    "3860": ("", "scripts/sizes.py refuses init code above the limit of EIP-3860, with the numbers"),
}
"""Warnings of solc that are not errors. Any other warning stops the build."""

CODE_LIMIT: Final = 24_576
"""Bytes of deployed code (EIP-170)."""

INIT_CODE_LIMIT: Final = 49_152
"""Bytes of creation code (EIP-3860)."""
