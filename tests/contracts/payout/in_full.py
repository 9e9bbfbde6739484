"""Payouts with options: a token with facts, native coins, signed claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.contracts.payout.conftest import AMOUNT, DAY, PayoutStage
from tests.contracts.rights_stage import Handle, artifact, deploy

from tokenkit.chain import Transaction
from tokenkit.types import ZERO_ADDRESS, parse_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.chain import DevelopmentChain, Receipt, Signer
    from tokenkit.types import Address

NATIVE = ZERO_ADDRESS
NOTHING = {"price": 0, "units": 0, "until": 0, "proceedsTo": ZERO_ADDRESS}
GERMANY, FRANCE = 276, 250
TAX_OFFICE = parse_address("0x00000000000000000000000000000000000007a1")
OTHER_OFFICE = parse_address("0x00000000000000000000000000000000000007a2")
SHARES = {"ana": AMOUNT * 600 // 999, "ben": AMOUNT * 250 // 999, "cleo": AMOUNT * 149 // 999}
THANKFUL, REVERTING, BURNING, SHOUTING, WORKING, TOILING = range(6)

ORDER = [
    {"name": "claimant", "type": "address"},
    {"name": "holder", "type": "address"},
    {"name": "payoutIds", "type": "uint256[]"},
    {"name": "nonce", "type": "uint256"},
    {"name": "deadline", "type": "uint48"},
]
DOMAIN = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]


def rate(ppm: int, authority: Address, *, country: int = 0, mask: int = 0, claims: int = 0) -> dict[str, Any]:
    return {"country": country, "mask": mask, "claims": claims, "ppm": ppm, "authority": authority}


def treaty(holder: Address, ppm: int) -> dict[str, Any]:
    return {"holder": holder, "ppm": ppm}


def options(**changes: object) -> dict[str, Any]:
    return {
        "exDate": 0,
        "paymentDate": 0,
        "admittedOnly": False,
        "perUnit": 0,
        "scale": 0,
        "rates": [],
        "treaties": [],
        "reinvestment": NOTHING,
        **changes,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class FullStage:
    """The stage, with a token that knows facts and can issue; it has the record date and the holdings of the plain one."""

    world: PayoutStage
    token: Handle
    tax_office: Address
    other_office: Address

    def declaration(self, **changes: object) -> dict[str, Any]:
        return self.world.declaration(**{"token": self.token.address, **changes})

    def send(self, signer: Signer, function: str, *args: object, value: int = 0, gas: int | None = None) -> Receipt:
        data = artifact("Payouts").encode_call(function, args)
        return self.chain.send(Transaction(to=self.payouts.address, data=data, value=value, gas=gas), signer)

    def declare(self, changes: Mapping[str, object] | None = None, *, value: int = 0, **chosen: object) -> int:
        """Declare with *chosen* options; *changes* are to the declaration."""
        declaration = self.declaration(**(changes or {}))
        receipt = self.send(self.world.stage.agent, "declareWith", declaration, options(**chosen), value=value)
        return int(self.payouts.only_event(receipt, "PayoutDeclared")["payoutId"])

    def declare_native(self, amount: int = AMOUNT, **chosen: object) -> int:
        return self.declare({"asset": NATIVE, "amount": amount}, value=amount, **chosen)

    def attest(self, wallet: Address, *, country: int = 0, claims: int = 0, reason: int = 0) -> None:
        self.token.send(self.world.stage.admin, "attest", wallet, reason, country, claims)

    def succeed(self, lost: Address, replacement: Address) -> None:
        self.token.send(self.world.stage.admin, "succeed", lost, replacement)

    def freeze(self, wallet: Address, *, frozen: bool = True) -> None:
        self.token.send(self.world.stage.admin, "freeze", wallet, frozen)

    def pass_record_date(self) -> None:
        self.world.stage.pass_record_date()

    def order(
        self, claimant: Address, ids: Sequence[int], *, holder: Address | None = None, **changes: object
    ) -> dict[str, Any]:
        return {
            "claimant": claimant,
            "holder": holder or claimant,
            "payoutIds": list(ids),
            "nonce": self.payouts.read("nonceOf", claimant),
            "deadline": self.chain.now() + DAY,
            **changes,
        }

    def sign(self, order: Mapping[str, Any], signer: Signer, **domain: object) -> bytes:
        """Sign in plain EIP-712, not with what the package makes of it."""
        return signer.sign_typed_data(
            {
                "types": {"EIP712Domain": DOMAIN, "Claim": ORDER},
                "primaryType": "Claim",
                "domain": {
                    "name": "tokenkit payouts",
                    "version": "1",
                    "chainId": self.chain.chain_id,
                    "verifyingContract": self.payouts.address,
                    **domain,
                },
                "message": dict(order),
            }
        )

    def relay(self, order: Mapping[str, Any], signature: bytes) -> Receipt:
        return self.send(self.world.stage.stranger, "claimSigned", dict(order), signature)

    def wallet(self) -> Handle:
        """Create a contract that is paid."""
        return deploy(self.chain, self.world.stage.admin, "PayeeStub")

    def hold_instead(self, name: str, wallet: Address) -> None:
        """Let a wallet have held what a person held."""
        person = getattr(self.world.stage, name).address
        units = self.token.read("unitsAt", 0, person)
        self.token.send(self.world.stage.admin, "hold", 0, [person, wallet], [0, units])

    def ordered(self, *wallets: Address) -> list[Address]:
        return sorted(wallets, key=lambda one: int(one, 16))

    def push(self, wallets: Sequence[Address], payout: int = 1, *, gas: int | None = None) -> Receipt:
        return self.send(self.world.stage.agent, "push", payout, self.ordered(*wallets), gas=gas)

    def failures(self, receipt: Receipt) -> dict[Address, bytes]:
        found = (event.args for event in self.payouts.events(receipt) if event.name == "PayoutFailed")
        return {one["holder"]: one["reason"] for one in found}

    def name(self, wallet: Address) -> Signer:
        return next(one for one in self.world.stage.holders if one.address == wallet)

    def is_conserved(self, payout: int = 1, *, wallets: Sequence[Address] = ()) -> bool:
        """Check PAY-1 with shares computed here, for a payout in total that nobody was left out of a page of."""
        found = self.payouts.read("payoutOf", payout)
        stage = self.world.stage
        people = [one.address for one in stage.holders] + list(wallets)
        units = {one: self.token.read("unitsAt", 0, one) for one in people}
        shares = {one: found["amount"] * held // sum(units.values()) for one, held in units.items()}
        unclaimed = sum(share for one, share in shares.items() if not self.payouts.read("isPaid", payout, one))
        dust = found["amount"] - sum(shares.values())
        return bool(found["amount"] == found["paid"] + found["withheld"] + unclaimed + dust)

    @property
    def payouts(self) -> Handle:
        return self.world.payouts

    @property
    def chain(self) -> DevelopmentChain:
        return self.world.chain


def build_full(world: PayoutStage) -> FullStage:
    stage = world.stage
    token = deploy(world.chain, stage.admin, "FullRegisterStub")
    token.send(stage.admin, "schedule", stage.record_date)
    held = {stage.ana: 600, stage.ben: 250, stage.cleo: 149, stage.treasury: 1_000}
    token.send(stage.admin, "hold", 0, [one.address for one in held], list(held.values()))
    return FullStage(world=world, token=token, tax_office=TAX_OFFICE, other_office=OTHER_OFFICE)
