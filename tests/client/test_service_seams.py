"""What all services share: pages below the gas limit, topics, and a contract under a stale ABI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tokenkit import events
from tokenkit._contract import Contract, pages, topic
from tokenkit.chain import MAX_TRANSACTION_GAS
from tokenkit.errors import OutOfGas, StaleAbi, UnknownRevert
from tokenkit.ledger import Overdrawn
from tokenkit.operation import Operation
from tokenkit.reverts import MoreGasNeeded, RuleNeedsGas
from tokenkit.transfers import Transfers
from tokenkit.types import Address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.chain import Transaction
    from tokenkit.suite import Suite
    from tokenkit.testing import People

SENDER = Address("0x52908400098527886E0F7030069857D2E4169EE7")


class Meter:
    """A chain that only says what a page of rows costs."""

    def __init__(self, gas_a_row: int, *, refuses: Exception | None = None) -> None:
        self.gas_a_row = gas_a_row
        self.refuses = refuses
        self.estimates = 0

    def estimate(self, transaction: Transaction, sender: Address) -> int:
        self.estimates += 1
        gas = 21_000 + self.gas_a_row * len(transaction.data)
        if self.refuses is not None and gas > MAX_TRANSACTION_GAS:
            raise self.refuses
        return gas

    def call(self, to: Address, data: bytes, **_: object) -> bytes:
        return b""

    def page(self, rows: Sequence[int]) -> Operation[None]:
        chain: Any = self
        return Operation(
            to=SENDER, data=bytes(len(rows)), summary=f"{len(rows)} rows", chain=chain, decode=lambda _: None
        )


@pytest.mark.parametrize("refuses", [None, OutOfGas(), MoreGasNeeded(100_000), RuleNeedsGas(SENDER, 100_000)])
@pytest.mark.parametrize("gas_a_row", [10_000, 50_000, 400_000])
def test_pages__rows_of_any_cost__all_sent_once_in_order_below_the_limit(
    gas_a_row: int, refuses: Exception | None
) -> None:
    meter = Meter(gas_a_row, refuses=refuses)
    made: list[Sequence[int]] = []

    def page(rows: Sequence[int]) -> Operation[None]:
        made.append(rows)
        return meter.page(rows)

    rows = list(range(900))
    operations = pages(rows, page, sender=SENDER, page_size=400)
    sizes = [len(operation.data) for operation in operations]
    assert sum(sizes) == 900
    kept = [part for part in made if len(part) in sizes]
    assert sorted({row for part in kept for row in part}) == rows
    assert all(21_000 + gas_a_row * size <= MAX_TRANSACTION_GAS for size in sizes)


def test_pages__short__tried_but_not_estimated() -> None:
    meter = Meter(50_000)
    assert len(pages([1, 2, 3], meter.page, sender=SENDER, page_size=400)) == 1
    assert meter.estimates == 0


def test_topic__number_and_address__32_bytes() -> None:
    assert topic(5) == f"0x{5:064x}"
    assert topic(SENDER) == f"0x{'0' * 24}{SENDER[2:].lower()}"


def test_read__no_contract_there__stale_abi(suite: Suite) -> None:
    with pytest.raises(StaleAbi, match="no contract"):
        Transfers(suite.chain, SENDER).supply()


def test_read__another_contract__refused(suite: Suite) -> None:
    with pytest.raises((StaleAbi, UnknownRevert)):
        Contract(suite.chain, suite.registry.address, "Payouts").read("payoutCount")


def test_register__events_from_too_late_on__overdrawn(suite: Suite, people: People) -> None:
    one = suite.classes["ORD"]
    one.issuance.issue(people.ana.address, 5, reason="founding").send(people.issuer)
    block = suite.chain.block().number + 1
    one.transfers.transfer(people.ben.address, 5).send(people.ana)
    with pytest.raises(Overdrawn):
        events.register(suite.chain, one.address, from_block=block)
