"""The example company, Quillwater Instruments AG: where its files are, and the keys of its investors' wallets.

The company, its people and its funds are made up.
"""

from __future__ import annotations

from pathlib import Path

from tokenkit.errors import TokenkitError
from tokenkit.types import keccak

NAME = "quillwater"


def example_directory() -> Path:
    """Return the directory of the example: an OCF package, ``investors.csv`` and what else the demo reads.

    Raises:
        TokenkitError: the installation is incomplete.
    """
    package = Path(__file__).parents[1]
    # A wheel carries the files inside the package; a clone has them at its top.
    for place in (package / "examples", package.parents[1] / "examples"):
        if (place / NAME / "investors.csv").is_file():
            return place / NAME
    raise TokenkitError(f"The example {NAME} is not installed. Install tokenkit again, or work in a full clone.")


def example_key(external_id: str, wallet: int = 1) -> bytes:
    """Derive the private key of an investor's wallet (its first, unless *wallet* says otherwise).

    keccak256("tokenkit example " + external_id), with " 2" at the end for the second wallet and so on. Everybody can
    derive these keys: they are for the embedded chain and must never hold anything of value.
    """
    return keccak(f"tokenkit example {external_id}{'' if wallet == 1 else f' {wallet}'}".encode())
