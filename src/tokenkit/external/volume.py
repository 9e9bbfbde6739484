"""What an investor may transfer within a rolling window (``VolumeRule.sol``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokenkit._arguments import counted, within
from tokenkit._contract import Contract
from tokenkit.errors import InvalidInput
from tokenkit.ruleset import VolumeLimit
from tokenkit.types import UINT96_MAX, parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.operation import Operation
    from tokenkit.types import Address

_BPS = 10_000


class Volume:
    """The volume rule of one issuer; wallets stand for their investor."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "VolumeRule")

    @property
    def address(self) -> Address:
        """The rule's address."""
        return self._contract.address

    def limit(self, token: str, *, window: int, units: int | None = None, bps: int | None = None) -> Operation[None]:
        """Limit what each investor may transfer within any *window* seconds, in units, as a share of the supply, or both.

        Rule 144(e): one per cent of the class in three months.
        """
        figures = _figures(units, bps)
        summary = f"Limit transfers of each investor to {_words(units, bps)} in {window:,} seconds"
        return self._set(token, figures, window, summary)

    def limit_named(self, token: str, *, window: int) -> Operation[None]:
        """Limit only investors that get a limit of their own, such as affiliates, within any *window* seconds."""
        return self._set(token, (UINT96_MAX, 0), window, f"Limit transfers of named investors in {window:,} seconds")

    def lift(self, token: str) -> Operation[None]:
        """Limit nobody, and count nothing."""
        return self._contract.write(
            "setLimit", parse_address(token), 0, 0, 0, summary=f"Lift the volume limit of {parse_address(token)}"
        )

    def limit_investor(
        self, token: str, wallet: str, *, units: int | None = None, bps: int | None = None
    ) -> Operation[None]:
        """Give an investor a limit of its own, within the token's window.

        Raises (when tried):
            NoVolumeWindow: the token has none; limit everybody, or named investors, first.
        """
        account, figures = parse_address(wallet), _figures(units, bps)
        return self._set_own(token, account, figures, f"Limit transfers of {account} to {_words(units, bps)}")

    def exempt(self, token: str, wallet: str) -> Operation[None]:
        """Limit an investor in nothing; what it transfers meanwhile is not counted."""
        account = parse_address(wallet)
        return self._set_own(token, account, (UINT96_MAX, 0), f"Exempt {account} from the volume limit")

    def treat_as_everybody(self, token: str, wallet: str) -> Operation[None]:
        """Take an investor's own limit, or exemption, away."""
        account = parse_address(wallet)
        return self._set_own(token, account, (0, 0), f"Limit transfers of {account} as everybody's")

    def show(self, token: str) -> VolumeLimit | None:
        """Return the limit of everybody, without a figure where only named investors have one; ``None``: the rule is off."""
        return _limit(self._contract.read("limitOf", parse_address(token)))

    def show_investor(self, token: str, wallet: str) -> VolumeLimit | None:
        """Return an investor's own limit; ``None``: it has none, so that of everybody holds."""
        raw = self._contract.read("ownLimitOf", parse_address(token), parse_address(wallet))
        return _limit(raw) if raw["units"] or raw["bps"] else None

    def transferred(self, token: str, wallet: str) -> int:
        """Return what an investor has transferred within the window, as the rule counts it: never less than in truth."""
        return int(self._contract.read("transferredBy", parse_address(token), parse_address(wallet)))

    def _set(self, token: str, figures: tuple[int, int], window: int, summary: str) -> Operation[None]:
        seconds = within("window", window, 2**32 - 1)
        if not seconds:
            raise InvalidInput("A volume limit needs a window of time.")
        return self._contract.write("setLimit", parse_address(token), *figures, seconds, summary=summary)

    def _set_own(self, token: str, account: Address, figures: tuple[int, int], summary: str) -> Operation[None]:
        return self._contract.write("setInvestorVolume", parse_address(token), account, *figures, summary=summary)


def _figures(units: int | None, bps: int | None) -> tuple[int, int]:
    if not units and not bps:
        raise InvalidInput("A volume limit needs units, a share of the supply, or both, above zero.")
    return counted(units or 0, maximum=UINT96_MAX - 1), within("bps", bps or 0, _BPS)


def _limit(raw: Any) -> VolumeLimit | None:  # noqa: ANN401 - a decoded struct
    if not raw["window"]:
        return None
    units = raw["units"] if raw["units"] not in (0, UINT96_MAX) else None
    return VolumeLimit(window=raw["window"], units=units, bps=raw["bps"] or None)


def _words(units: int | None, bps: int | None) -> str:
    parts = [f"{units:,} units"] if units else []
    parts += [f"{bps / 100:g} % of the supply"] if bps else []
    return " and ".join(parts)
