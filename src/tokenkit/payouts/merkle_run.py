"""Pay everybody on a published list, however often the work is interrupted: the chain marks each share that was paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from tokenkit._contract import fits
from tokenkit.chain import Receipt
from tokenkit.errors import InvalidInput, OutOfGas, ReadOnly, Reverted
from tokenkit.reverts import HolderFrozen, PaymentFailed, ShareAlreadyPaid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tokenkit.chain import Signer
    from tokenkit.ledger import Leaf
    from tokenkit.payouts.merkle import MerklePayouts, ProvedShare

_MOST_REFUSED = 100
"""Shares refused one by one while none was paid: then it is the coin that does not pay."""
_ITS_OWN = (HolderFrozen, PaymentFailed, OutOfGas)
"""Refusals that concern one share; any other holds for the whole list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedShare:
    """A share that could not be paid now. It stays where it is and can be claimed later."""

    leaf: Leaf
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRun:
    """What a run through a list did."""

    paid: int = 0
    """Shares that this run paid."""
    before: int = 0
    """Shares that had been paid already."""
    refused: tuple[RefusedShare, ...] = ()
    transactions: tuple[str, ...] = ()
    gas_used: int = 0

    @property
    def done(self) -> int:
        """Shares that were looked at."""
        return self.paid + self.before + len(self.refused)


def pay_list(
    service: MerklePayouts,
    payout: int,
    shares: Iterable[ProvedShare],
    signer: Signer | None,
    *,
    page_size: int,
    progress: Callable[[ListRun], None] | None = None,
) -> ListRun:
    """Pay the *shares* of a list that are open, page by page; *progress* is told after each page.

    Of the list no more than a page is held. It may be stopped at any moment and called again: what was paid is asked of the contract, which
    pays no share twice. A share that is refused (frozen, or its payee takes no money) holds up no other.

    Raises:
        ReadOnly: no *signer*.
        Reverted: the contract refuses more than single shares: it is another list, or not the time.
        TransactionPending: a page is not mined yet; call again later.
    """
    if signer is None:
        raise ReadOnly
    if page_size < 1:
        raise InvalidInput("A page has at least one share.")
    run = ListRun()
    for page in _parts(shares, page_size):
        for step in _pay_page(service, payout, page, signer, run):
            run = step
            if progress is not None:
                progress(run)
    return run


def _pay_page(
    service: MerklePayouts, payout: int, page: Sequence[ProvedShare], signer: Signer, run: ListRun
) -> Iterator[ListRun]:
    """Pay what is open of *page* in as few transactions as have the gas; yields how far the *run* is after each step."""
    waiting = [page]
    while waiting:
        asked = waiting.pop()
        part = service.open_shares(payout, asked)
        run = replace(run, before=run.before + len(asked) - len(part))
        outcome = _tried(service, payout, part, signer) if part else None
        if isinstance(outcome, Receipt):
            run = _with_paid(run, part, outcome)
        elif isinstance(outcome, ShareAlreadyPaid):  # somebody claimed meanwhile: look again
            waiting.append(part)
            continue
        elif len(part) > 1:
            half = len(part) // 2
            waiting += [part[half:], part[:half]]
            continue
        elif part:
            if outcome is not None and not run.paid and len(run.refused) >= _MOST_REFUSED:
                raise outcome
            run = replace(run, refused=(*run.refused, _refused(part[0], outcome)))
        yield run


def _tried(
    service: MerklePayouts, payout: int, part: Sequence[ProvedShare], signer: Signer
) -> Receipt | Reverted | None:
    """Pay shares in one transaction, and return its receipt, or why it was refused; ``None``: it needs more gas than there is."""
    operation = service.claim_page(payout, part)
    try:
        return operation.send(signer).receipt if fits(operation, signer.address, rows=len(part)) else None
    except (ShareAlreadyPaid, *_ITS_OWN) as error:
        return error


def _with_paid(run: ListRun, part: Sequence[ProvedShare], receipt: Receipt) -> ListRun:
    return replace(
        run,
        paid=run.paid + len(part),
        transactions=(*run.transactions, receipt.transaction_hash),
        gas_used=run.gas_used + receipt.gas_used,
    )


def _refused(share: ProvedShare, problem: Reverted | None) -> RefusedShare:
    reason = problem.sentence if problem else "Not even this share alone fits into a transaction."
    return RefusedShare(leaf=share[0], reason=reason)


def _parts(shares: Iterable[ProvedShare], size: int) -> Iterator[Sequence[ProvedShare]]:
    rows = iter(shares)
    while page := list(islice(rows, size)):
        yield page
