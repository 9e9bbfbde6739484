"""The operations that are measured, and what each must cost at most."""

from __future__ import annotations

from typing import Final

from _gas.bound import Bound
from _gas.rights_bounds import MEETINGS, PAYOUTS

BASELINE: Final = "oz_transfer"

_STEADY = (
    "the config word is one slot more than a plain ERC-20 reads; checking, unpacking and packing two rows is the rest"
)
_NEW_ROW = "a new slot, and an admission: a call to the registry and two of its slots"

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
        above=_STEADY,
    ),
    Bound(
        key="transfer_ruled",
        label="transfer, rulebook with 4 rules on, within a country",
        limit=1.55,
        aim=1.40,
        relative=True,
        peers="CMTAT 3 rules 90,615; T-REX 4 modules 381,265",
        above="most of it is the call to the rulebook with the whole movement, which one rule costs as well as four",
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
        peers="CMTAT allowlist 72,667; T-REX 227,062",
        above=_NEW_ROW,
    ),
    Bound(key="transfer_new_ruled", label="the same, rulebook with 4 rules on"),
    Bound(key="transfer_from", label="transferFrom, finite allowance"),
    Bound(
        key="batch_transfer",
        label="batch transfer, each of 100",
        limit=15_000,
        aim=11_000,
        peers="CMTAT allowlist 15,908; T-REX 83,998",
    ),
    Bound(
        key="onboard",
        label="onboard one",
        limit=58_000,
        aim=52_000,
        peers="CMTAT allowlist 49,940; T-REX 801,388",
        above="the AccessManager is asked who the registrar is; CMTAT's list is a flag, without country, claims and end",
    ),
    Bound(
        key="onboard_batch",
        label="onboard, each of 100",
        limit=28_000,
        aim=26_000,
        peers="CMTAT rule with a list 24,116; T-REX 753,246",
        above="a new slot is 22,100 of it; the facts come as calldata and leave in an event",
    ),
    Bound(
        key="issue",
        label="issue to one new holder",
        limit=85_000,
        aim=75_000,
        peers="CMTAT allowlist 70,934",
        above=f"{_NEW_ROW}; the AccessManager, and the reason in an event of its own",
    ),
    Bound(
        key="issue_batch",
        label="issue to new holders, each of 100",
        limit=33_000,
        aim=29_000,
        peers="CMTAT allowlist 32,527",
        above=_NEW_ROW,
    ),
    Bound(key="redeem", label="redeem"),
    Bound(key="force_transfer", label="forced transfer, with reason and document"),
    Bound(key="freeze_wallet", label="freeze a wallet"),
    Bound(key="freeze_units", label="freeze units"),
    Bound(key="recover", label="recover a lost wallet"),
    Bound(
        key="record_date",
        label="set a record date",
        limit=60_000,
        aim=50_000,
        peers="CMTAT SnapshotEngine 55,405",
        above="the AccessManager is asked, and dates are kept in order",
    ),
    Bound(
        key="transfer_first",
        label="first transfer after a record date",
        limit=95_000,
        aim=90_000,
        peers="CMTAT SnapshotEngine 190,099",
        above="two entries of history, a new slot each; the rest as in any transfer",
    ),
    Bound(
        key="transfer_next",
        label="next transfer",
        limit=1.20,
        aim=1.10,
        relative=True,
        peers="CMTAT SnapshotEngine 77,124",
        above=_STEADY,
    ),
    *PAYOUTS,
    *MEETINGS,
    Bound(key="deploy_suite", label="deploy a suite with two classes, whole"),
    Bound(key="deploy_class", label="deploy one more class (its token)"),
)
