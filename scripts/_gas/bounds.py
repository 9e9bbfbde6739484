"""The operations that are measured, and what each must cost at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One row of the table. ``limit`` and ``aim`` are gas, or multiples of OpenZeppelin's transfer where ``relative``."""

    key: str
    label: str
    limit: float | None = None
    aim: float | None = None
    relative: bool = False
    peers: str = ""

    def most(self, baseline: int) -> int | None:
        """Return the gas the operation may cost."""
        return None if self.limit is None else int(self.limit * baseline) if self.relative else int(self.limit)


BASELINE: Final = "oz_transfer"

TABLE: Final = (
    Bound(key=BASELINE, label="OpenZeppelin ERC-20 5.7: transfer"),
    Bound(key="oz_transfer_new", label="OpenZeppelin ERC-20 5.7: transfer to a new holder"),
    Bound(
        key="transfer",
        label="transfer, admitted wallets, no rulebook",
        limit=1.20,
        aim=1.10,
        relative=True,
        peers="CMTAT allowlist 55,567; T-REX 209,962",
    ),
    Bound(
        key="transfer_ruled",
        label="transfer, rulebook with 4 rules on, within a country",
        limit=1.55,
        aim=1.40,
        relative=True,
        peers="CMTAT 3 rules 90,615; T-REX 4 modules 381,265",
    ),
    Bound(key="transfer_ruled_abroad", label="the same, to another country"),
    Bound(
        key="transfer_eight",
        label="transfer, rulebook with the eight commonest rules on",
        limit=2.20,
        aim=1.80,
        relative=True,
        peers="T-REX 4 modules 381,265",
    ),
    Bound(
        key="transfer_new",
        label="transfer to a new admitted holder",
        limit=66_000,
        aim=62_000,
        peers="72,667; 227,062",
    ),
    Bound(key="transfer_new_ruled", label="the same, rulebook with 4 rules on"),
    Bound(key="transfer_from", label="transferFrom, finite allowance"),
    Bound(key="batch_transfer", label="batch transfer, each of 100", limit=15_000, aim=11_000, peers="15,908; 83,998"),
    Bound(key="onboard", label="onboard one", limit=58_000, aim=52_000, peers="49,940; T-REX 801,388"),
    Bound(key="onboard_batch", label="onboard, each of 100", limit=28_000, aim=26_000, peers="24,116; T-REX 753,246"),
    Bound(key="issue", label="issue to one new holder", limit=85_000, aim=75_000, peers="70,934"),
    Bound(key="issue_batch", label="issue to new holders, each of 100", limit=33_000, aim=29_000, peers="32,527"),
    Bound(key="redeem", label="redeem"),
    Bound(key="force_transfer", label="forced transfer, with reason and document"),
    Bound(key="freeze_wallet", label="freeze a wallet"),
    Bound(key="freeze_units", label="freeze units"),
    Bound(key="recover", label="recover a lost wallet"),
    Bound(key="record_date", label="set a record date", limit=60_000, aim=50_000, peers="55,405"),
    Bound(key="transfer_first", label="first transfer after a record date", limit=95_000, aim=90_000, peers="190,099"),
    Bound(key="transfer_next", label="next transfer", limit=1.20, aim=1.10, relative=True, peers="77,124"),
    Bound(key="declare", label="declare a payout", limit=220_000, peers="389,396"),
    Bound(key="claim_new", label="claim, payee new to the coin", limit=105_000, peers="147,844"),
    Bound(key="claim", label="claim, payee known to the coin", limit=88_000, peers="110,844"),
    Bound(key="claim_second", label="second payout claimed by the same holder"),
    Bound(key="push_new", label="push, each of 100, payees new to the coin", limit=33_000, aim=29_000, peers="58,596"),
    Bound(key="push", label="push, each of 100, payees known", limit=16_000, aim=12_000, peers="41,496"),
    Bound(key="vote_1", label="first ballot, 1 resolution", limit=80_000, peers="OZ Governor 83,027"),
    Bound(key="vote_5", label="first ballot, 5 resolutions", limit=140_000),
    Bound(key="vote_settling", label="a meeting's very first ballot, called before its record date"),
    Bound(key="vote_again", label="ballot changed, 5 resolutions"),
    Bound(key="deploy_suite", label="deploy a suite with two classes, whole"),
    Bound(key="deploy_class", label="deploy one more class (its token)"),
)
