"""Contracts that write to the registry: put on the chain, and into the registrar's office."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tokenkit._contract import Contract
from tokenkit.artifacts import load
from tokenkit.chain import Transaction
from tokenkit.errors import StaleAbi
from tokenkit.powers import Role, powers_of
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain, Signer
    from tokenkit.operation import Operation
    from tokenkit.types import Address


def create(chain: Chain, signer: Signer | None, artifact: str, *, authority: str, registry: str) -> Address:
    """Create the contract for an issuer; *signer* pays, and gets no power over it.

    Raises:
        ReadOnly: no *signer*.
    """
    arguments = [parse_address(authority), parse_address(registry)]
    creation = Transaction(to=None, data=load(artifact).encode_constructor(arguments))
    address = chain.send(creation, signer).contract_address
    if address is None:
        raise StaleAbi("The node reports no address for a contract that it created.")
    return address


def empower(chain: Chain, artifact: str, contract: str, *, authority: str) -> tuple[Operation[None], ...]:
    """Prepare the admin's acts that make the contract a registrar and hand its own functions to their offices."""
    address = parse_address(contract)
    manager = Contract(chain, authority, "AccessManager")
    functions = sorted((int(power.role), power.selector) for power in powers_of(artifact))
    return (
        *(
            manager.write(
                "setTargetFunctionRole",
                address,
                [selector for _, selector in group],
                role,
                summary=f"Give the settings of {artifact} {address} to the {Role(role).label}",
            )
            for role, group in groupby(functions, key=lambda pair: pair[0])
        ),
        manager.write(
            "grantRole", int(Role.REGISTRAR), address, 0, summary=f"Let {artifact} {address} write to the registry"
        ),
    )
