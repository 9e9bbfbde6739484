"""From a reviewed batch to the chain: who gets how many shares of which class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit.cli._onboarding import match_classes
from tokenkit.errors import InvalidInput
from tokenkit.issuance import Allotment
from tokenkit.ocf import match_investors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.ocf import Batch, InvestorRow
    from tokenkit.plan import Plan


def allotments(batch: Batch, rows: Sequence[InvestorRow], plan: Plan) -> dict[str, tuple[Allotment, ...]]:
    """Return what each wallet is to be issued, by class, so that the chain ends up with the batch's cap table.

    An investor's shares go to its first wallet.

    Raises:
        InvalidInput: a class that the plan lacks or counts otherwise, or a holder without a wallet.
    """
    symbols = match_classes(batch.classes, plan.classes)
    _refuse_other_decimals(batch, symbols, plan)
    wallets = {who: found[0].wallet for who, found in match_investors(batch.investors, rows).wallets.items()}
    missing = sorted({who for held in batch.holdings().values() for who in held} - set(wallets))
    if missing:
        raise InvalidInput(
            f"No wallet for {', '.join(missing)}. Add them to the list of investors; each holder needs one."
        )
    return {
        symbols[share_class]: tuple(
            Allotment(to=wallets[who], units=units) for who, units in sorted(held.items()) if units
        )
        for share_class, held in batch.holdings().items()
    }


def _refuse_other_decimals(batch: Batch, symbols: dict[str, str], plan: Plan) -> None:
    for symbol in symbols.values():
        if plan.share_class(symbol).decimals != batch.decimals:
            raise InvalidInput(
                f"{symbol} has {plan.share_class(symbol).decimals} decimals, the batch {batch.decimals}. "
                "Import the package again with --decimals."
            )
