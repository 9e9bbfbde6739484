"""What a command on rules is about: one class, or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidInput
from tokenkit.rules import ALL_CLASSES

if TYPE_CHECKING:
    from tokenkit.cli._session import Session
    from tokenkit.suite import ShareClass
    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One class, or all classes of the issuer."""

    share_class: ShareClass | None

    @property
    def token(self) -> Address:
        """What stands in the place of a token."""
        return self.share_class.address if self.share_class else ALL_CLASSES

    @property
    def name(self) -> str:
        """The class's symbol, or that it is all of them."""
        return self.share_class.symbol if self.share_class else "all classes"

    @property
    def option(self) -> str:
        """The option that means it."""
        return f"--class {self.share_class.symbol}" if self.share_class else "--issuer"

    def classes(self, session: Session) -> list[ShareClass]:
        """The class, or all of them."""
        return [self.share_class] if self.share_class else list(session.suite.classes.values())

    @property
    def decimals(self) -> int:
        """How units are counted; over all classes in their smallest."""
        return self.share_class.decimals if self.share_class else 0


def scope_of(session: Session, symbol: str | None, *, issuer: bool) -> Scope:
    """Read the options ``--class`` and ``--issuer``."""
    if issuer and symbol is not None:
        raise InvalidInput("Give --class or --issuer, not both.")
    return Scope(share_class=None if issuer else session.share_class(symbol))
