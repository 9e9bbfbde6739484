"""The issuer's list of wallets: which investor holds through which wallet, where it lives and what is attested of it.

Open Cap Format knows no wallets. This CSV file adds them: ``external_id, wallet, country, claims, valid_until`` and,
for the reader only, ``name``. An investor with several wallets has a line for each.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, TypeVar

from tokenkit.errors import InvalidAddress, InvalidCountry, InvalidInput
from tokenkit.types import ZERO_ADDRESS, Address, Country, parse_address, parse_country, to_unix

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from tokenkit.ocf.batch import InvestorEntry

ValueT = TypeVar("ValueT")

_ALIASES: dict[str, str] = {
    "id": "external_id",
    "investor_id": "external_id",
    "stakeholder_id": "external_id",
    "address": "wallet",
    "wallet_address": "wallet",
    "ethereum_address": "wallet",
    "country_code": "country",
    "residence": "country",
    "claim": "claims",
    "attestations": "claims",
    "expires": "valid_until",
    "expiry": "valid_until",
    "valid_to": "valid_until",
    "legal_name": "name",
}
_REQUIRED = ("external_id", "wallet", "country")
_COLUMNS = (*_REQUIRED, "claims", "valid_until", "name")
_CLAIM = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_LONGEST_MESSAGE = 20  # problems; the error carries them all


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorRow:
    """One wallet of one investor."""

    external_id: str
    wallet: Address
    country: Country
    claims: tuple[str, ...]
    """In ascending order, each once."""
    valid_until: int | None
    """Unix second up to which the attestation holds, inclusive; None for no end."""
    name: str | None
    """For the reader; it never goes on chain."""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong at one place of the file."""

    line: int
    column: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.problem}. {self.remedy}."


class InvalidInvestors(InvalidInput):
    """A list of investors with one or more problems, all of which it names."""

    def __init__(self, *, file: str, problems: tuple[RowProblem, ...]) -> None:
        shown = [str(problem) for problem in problems[:_LONGEST_MESSAGE]]
        if len(problems) > len(shown):
            shown.append(f"… and {len(problems) - len(shown)} more.")
        super().__init__("\n".join([f"{file} cannot be used:", *shown]))
        self.file = file
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """The stakeholders of a package beside the wallets of the list."""

    wallets: Mapping[str, tuple[InvestorRow, ...]]
    """By stakeholder; the first wallet of each comes first."""
    without_wallet: tuple[str, ...]
    """Stakeholders that the list does not name: they cannot be onboarded yet."""
    without_stakeholder: tuple[str, ...]
    """Investors of the list that the package does not know."""
    moved: tuple[str, ...]
    """Stakeholders whose country differs between the two."""


def read_investors(
    content: bytes, *, file: str = "investors.csv", known_claims: Collection[str] | None = None
) -> tuple[InvestorRow, ...]:
    """Read the list in *content*: UTF-8 with or without BOM; comma, semicolon or tab; *file* names it in errors.

    A date alone in ``valid_until`` holds until the end of that day, UTC. With *known_claims* other claims are refused.

    Raises:
        InvalidInvestors: with every problem found, each with its line and a remedy.
    """
    problems: list[RowProblem] = []
    rows: list[InvestorRow] = []
    for line, cells in _lines(content, problems):
        before = len(problems)
        row = _row(line, cells, problems, known_claims)
        if row is not None and len(problems) == before:
            rows.append(row)
    problems.extend(_conflicts(rows))
    if problems:
        raise InvalidInvestors(file=file, problems=tuple(sorted(problems, key=lambda problem: problem.line)))
    return tuple(rows)


def match_investors(investors: Iterable[InvestorEntry], rows: Iterable[InvestorRow]) -> Matching:
    """Put the wallets of a list beside the stakeholders of a package."""
    wallets: dict[str, list[InvestorRow]] = {}
    for row in rows:
        wallets.setdefault(row.external_id, []).append(row)
    known = {investor.external_id: investor for investor in investors}
    return Matching(
        wallets={who: tuple(wallets[who]) for who in known if who in wallets},
        without_wallet=tuple(who for who in known if who not in wallets),
        without_stakeholder=tuple(who for who in wallets if who not in known),
        moved=tuple(
            who
            for who, investor in known.items()
            if who in wallets and investor.country not in (None, wallets[who][0].country.alpha2)
        ),
    )


def _lines(content: bytes, problems: list[RowProblem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line that is not empty, as cells by column, with the number of its first line in the file."""
    line = 1

    def problem(column: str, problem: str, remedy: str) -> None:
        problems.append(RowProblem(line=line, column=column, problem=problem, remedy=remedy))

    try:
        text = content.decode("utf-8-sig")
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        header = [_column(cell) for cell in next(reader, [])]
        _check_header(header, problem)
        if problems:  # a broken header explains nothing below it
            return
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header) and any(cells):
                told = f"there are {len(cells)} cells, the header has {len(header)}"
                problem("row", told, "Quote cells that hold the delimiter")
            elif any(cell.strip() for cell in cells):
                yield line, dict(zip(header, (cell.strip() for cell in cells), strict=True))
            line = reader.line_num + 1
    except UnicodeDecodeError:
        problem("file", "it is not UTF-8 text", "Save it as CSV UTF-8")
    except csv.Error as error:
        problem("row", f"it is not CSV ({error})", "Close every quote, and double those inside a cell")


def _check_header(header: list[str], problem: Callable[[str, str, str], None]) -> None:
    for name in _REQUIRED:
        if name not in header:
            problem(name, "the column is missing", f"Start with the line {','.join(_COLUMNS)}")
    for name in dict.fromkeys(header):
        if name not in _COLUMNS:
            # A misspelt valid_until would otherwise admit people for ever.
            problem(name or "(no name)", "the column is not known", f"Columns are: {', '.join(_COLUMNS)}")
        elif header.count(name) > 1:
            problem(name, "the column is given twice", "Keep one of them")


def _column(cell: str) -> str:
    name = re.sub(r"[\s-]+", "_", cell.strip().lower())
    return _ALIASES.get(name, name)


def _row(
    line: int, cells: Mapping[str, str], problems: list[RowProblem], known_claims: Collection[str] | None
) -> InvestorRow | None:
    """Read one line; what is wrong with it is added to *problems*."""

    def read(column: str, parse: Callable[[str], ValueT]) -> ValueT | None:
        try:
            return parse(cells.get(column, ""))
        except _Refused as refused:
            problem, remedy = refused.problem, refused.remedy
        problems.append(RowProblem(line=line, column=column, problem=problem, remedy=remedy))
        return None

    external_id, wallet = read("external_id", _external_id), read("wallet", _wallet)
    country, claims = read("country", _country), read("claims", lambda cell: _claims(cell, known_claims))
    valid_until = read("valid_until", _valid_until)
    if external_id is None or wallet is None or country is None or claims is None:
        return None
    return InvestorRow(
        external_id=external_id,
        wallet=wallet,
        country=country,
        claims=claims,
        valid_until=valid_until,
        name=cells.get("name") or None,
        line=line,
    )


class _Refused(Exception):
    """A cell that cannot be read; never leaves this module."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def _external_id(cell: str) -> str:
    if not cell:
        raise _Refused("the cell is empty", "Give the id that the issuer knows the investor by")
    return cell


def _wallet(cell: str) -> Address:
    try:
        wallet = parse_address(cell)
    except InvalidAddress as error:
        problem, _, remedy = str(error).partition(". ")
        raise _Refused(problem, remedy.removesuffix(".")) from None
    if wallet == ZERO_ADDRESS:
        raise _Refused("the zero address is nobody's wallet", "Give the address of the investor's wallet")
    return wallet


def _country(cell: str) -> Country:
    try:
        return parse_country(cell)
    except InvalidCountry:
        raise _Refused(f"{cell!r} is not a country", "Give its ISO 3166-1 code, such as DE, DEU or 276") from None


def _claims(cell: str, known: Collection[str] | None) -> tuple[str, ...]:
    claims = sorted({claim for claim in re.split(r"[;|,\s]+", cell.lower()) if claim})
    for claim in claims:
        if known is not None and claim not in known:
            raise _Refused(f"the claim {claim!r} is not known", f"Claims here are: {', '.join(sorted(known))}")
        if not _CLAIM.fullmatch(claim):
            raise _Refused(f"{claim!r} is not the name of a claim", "Write names such as 'kyc accredited'")
    return tuple(claims)


def _valid_until(cell: str) -> int | None:
    if not cell:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
            moment = datetime.combine(date.fromisoformat(cell), time(23, 59, 59), tzinfo=UTC)
        else:
            moment = datetime.fromisoformat(cell)
    except ValueError:
        raise _Refused(f"{cell!r} is not a date", "Write YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS+00:00") from None
    if moment.tzinfo is None:
        raise _Refused(f"{cell!r} has no time zone", f"Write {cell}+00:00 for UTC, or a date alone")
    if moment < datetime(1970, 1, 1, tzinfo=UTC):
        raise _Refused(f"{cell!r} is before 1970", "A chain counts seconds from 1970 on")
    return to_unix(moment)


def _conflicts(rows: list[InvestorRow]) -> Iterator[RowProblem]:
    """Find wallets given twice, and investors whose lines contradict each other."""
    wallets: dict[Address, InvestorRow] = {}
    investors: dict[str, InvestorRow] = {}
    for row in rows:
        known = wallets.setdefault(row.wallet, row)
        if known is not row:
            yield RowProblem(
                line=row.line,
                column="wallet",
                problem=f"{row.wallet} is already the wallet of {known.external_id} on line {known.line}",
                remedy="A wallet belongs to one investor, on one line",
            )
        first = investors.setdefault(row.external_id, row)
        for column in ("country", "claims", "valid_until"):
            if getattr(row, column) != getattr(first, column):
                yield RowProblem(
                    line=row.line,
                    column=column,
                    problem=f"it differs from line {first.line}, which is of the same investor",
                    remedy="What is attested of an investor is the same for all its wallets",
                )
