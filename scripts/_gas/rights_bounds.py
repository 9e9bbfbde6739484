"""What payouts and meetings must cost at most."""

from __future__ import annotations

from typing import Final

from _gas.bound import Bound

_GOVERNOR = "OpenZeppelin Governor"
_PUSHED = "each entitlement is looked up at the record date, failures are caught"
_PROVED = "the asset with the dates, the amount left and who replaced the holder are a slot each"

PAYOUTS: Final = (
    Bound(
        key="declare_first", label="declare a payout: a class's very first, and the first in its coin", limit=220_000
    ),
    Bound(key="declare", label="declare a payout: the class's next", limit=220_000, peers="Polymath 389,396"),
    Bound(key="declare_ahead", label="the same, before its record date"),
    Bound(key="declare_document", label="the same, after it, with the hash of a resolution", limit=220_000),
    Bound(key="declare_taxed", label="the same, with 3 rates of tax"),
    Bound(key="claim_new", label="claim, payee new to the coin", limit=105_000, peers="IncomeVault 147,844"),
    Bound(key="claim", label="claim, payee known to the coin", limit=88_000, peers="IncomeVault 110,844"),
    Bound(key="claim_second", label="second payout claimed by the same holder", limit=88_000),
    Bound(key="claim_settling", label="the very first claim of a payout declared before its record date"),
    Bound(key="claim_five", label="five payouts claimed at once, in all"),
    Bound(key="claim_signed_first", label="claim signed and handed in by another, the holder's first signed"),
    Bound(key="claim_signed", label="claim signed and handed in by another, the holder's next signed"),
    Bound(key="claim_taxed", label="claim with 3 rates of tax"),
    Bound(key="claim_reinvested", label="claim taken in new units, no rulebook"),
    Bound(
        key="claim_later_first",
        label="claim of the 48th payout (the first of 128 that share a new slot)",
        limit=88_000,
    ),
    Bound(key="claim_later", label="claim of its 49th", limit=88_000),
    Bound(
        key="push_new",
        label="push, each of 100, payees new to the coin",
        limit=33_000,
        aim=29_000,
        peers="IncomeVault 58,596",
        above=f"a new slot of the coin is 22,100 of it; {_PUSHED}",
    ),
    Bound(
        key="push",
        label="push, each of 100, payees known",
        limit=16_000,
        aim=12_000,
        peers="IncomeVault 41,496",
        above=_PUSHED,
    ),
    Bound(key="push_said", label="the same, where a holder of the class named a payee"),
    Bound(key="push_taxed", label="push, each of 100, payees known, tax withheld by 3 rates"),
    Bound(key="native_declare", label="declare a payout in native coins: the class's next"),
    Bound(key="native_claim", label="native coins: claim"),
    Bound(key="native_push_new", label="native coins: push, each of 100, to accounts that do not exist yet"),
    Bound(key="native_push", label="native coins: push, each of 100, to accounts that exist"),
    Bound(key="publish", label="publish a list of 2^17 shares, the first in its coin"),
    Bound(
        key="merkle_new",
        label="claim among 2^17 leaves, payee new to the coin, token not asked",
        limit=90_000,
        aim=80_000,
        above=_PROVED,
    ),
    Bound(
        key="merkle",
        label="claim among 2^17 leaves, payee known, token not asked",
        limit=72_000,
        aim=62_000,
        above=_PROVED,
    ),
    Bound(key="merkle_word", label="the same, the first of the 256 leaves that share a slot"),
    Bound(
        key="merkle_asked_new", label="claim among 2^17 leaves, payee new to the coin, token asked who owns the share"
    ),
    Bound(key="merkle_asked", label="claim among 2^17 leaves, payee known, token asked who owns the share"),
    Bound(
        key="merkle_many",
        label="claims among 2^17 leaves, each of 100 in a row, payees new to the coin, token not asked",
    ),
)

MEETINGS: Final = (
    Bound(key="call_1", label="call a meeting, 1 resolution", peers=f"{_GOVERNOR} 62,543"),
    Bound(key="call_5", label="call a meeting, 5 resolutions"),
    Bound(key="vote_1", label="first ballot, 1 resolution", limit=80_000, peers=f"{_GOVERNOR} 83,027"),
    Bound(key="vote_5", label="first ballot, 5 resolutions", limit=140_000),
    Bound(key="vote_64", label="first ballot, 64 resolutions"),
    Bound(key="vote_settling", label="a meeting's very first ballot, called before its record date"),
    Bound(key="vote_again", label="ballot changed, 5 resolutions"),
    Bound(key="vote_in_full", label="first ballot, 5 resolutions, meeting called in full"),
    Bound(key="vote_board", label="first ballot, 3 of 5 candidates, votes in parts"),
    Bound(key="split_1", label="ballot split both ways, 1 resolution"),
    Bound(key="split_5", label="ballot split both ways, 5 resolutions"),
    Bound(key="grant", label="name a proxy, free, before voting"),
    Bound(key="grant_told", label="name a proxy with instructions, before voting"),
    Bound(key="vote_by_proxy", label="ballot by a proxy, 5 resolutions"),
    Bound(key="vote_by_proxy_told", label="ballot by a proxy with instructions, 5 resolutions"),
    Bound(key="signed_1", label="signed ballot handed in alone, 1 resolution", peers=f"{_GOVERNOR} 97,655"),
    Bound(key="signed_5", label="signed ballot handed in alone, 5 resolutions"),
    Bound(
        key="relayed_1",
        label="signed ballot, each of 50 relayed, 1 resolution",
        limit=65_000,
        aim=50_000,
        above="a new slot for the ballot is 22,100 of it; its calldata, its signature and the look into the register most of the rest",
    ),
    Bound(key="relayed_5", label="signed ballot, each of 50 relayed, 5 resolutions", limit=65_000),
    Bound(key="commit", label="secret ballot handed in as a hash"),
    Bound(key="open", label="secret ballot opened, 5 resolutions"),
    Bound(key="decide", label="put the results on record, 1 resolution"),
    Bound(key="schedule", label="schedule a prepared call (issue units)"),
    Bound(key="execute", label="execute it"),
)
