"""The values that contracts of a suite were created with and cannot change, as they stand in the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._blueprint.parts import OFFICE
from tokenkit._blueprint.site import OFFICE_OF
from tokenkit._keccak import keccak
from tokenkit.attestations import DOMAIN_NAME, DOMAIN_VERSION
from tokenkit.types import address_from_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit._blueprint.site import Site
    from tokenkit.record import DeployedContract
    from tokenkit.types import Address

_DOMAIN = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"


def known(site: Site, contract: DeployedContract) -> Mapping[str, bytes]:
    """Return what each variable must be in the code of a contract, as the 32 bytes that stand there."""
    office = OFFICE_OF.get(contract.artifact, OFFICE)
    addresses = {
        "__self": contract.address,
        "AUTHORITY": site.address("manager"),
        "REGISTRY": site.address("registry"),
        "office": site.address(office),
        "rulebook": site.address("rulebook"),
    }
    return {name: _word(address) for name, address in addresses.items()} | _domain(site.chain.chain_id, contract)


def words(value: bytes) -> str:
    """Write a built-in value for people: as an address, where it can be one."""
    return "0x" + value.hex() if any(value[:12]) else address_from_bytes(value)


def _domain(chain_id: int, contract: DeployedContract) -> dict[str, bytes]:
    """Return what OpenZeppelin's ``EIP712`` keeps of the domain of a contract in which others sign."""
    name, version = keccak(DOMAIN_NAME.encode()), keccak(DOMAIN_VERSION.encode())
    chain, this = chain_id.to_bytes(32, "big"), _word(contract.address)
    return {
        "_cachedChainId": chain,
        "_cachedDomainSeparator": keccak(keccak(_DOMAIN) + name + version + chain + this),
        "_cachedThis": this,
        "_hashedName": name,
        "_hashedVersion": version,
        "_name": _short(DOMAIN_NAME),
        "_version": _short(DOMAIN_VERSION),
    }


def _word(address: Address) -> bytes:
    return bytes(12) + bytes.fromhex(address[2:])


def _short(text: str) -> bytes:
    return text.encode().ljust(31, b"\0") + bytes([len(text)])
