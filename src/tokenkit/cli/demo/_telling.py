"""How the demo is told: a rule, a sentence or two, and a table for each scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table

from tokenkit.cli._output import day, grouped, short, table
from tokenkit.cli.demo._rights import QUORUM_BPS
from tokenkit.cli.demo._world import COIN_DECIMALS, ORDINARY, PREFERRED
from tokenkit.ledger import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, RenderableType

    from tokenkit.cli.demo._founding import Deployed, Issued, Onboarded
    from tokenkit.cli.demo._reckoning import Figure
    from tokenkit.cli.demo._rights import Aftermath, Dividend, MeetingHeld
    from tokenkit.cli.demo._trading import Market, RecordDate, Refused, Trade
    from tokenkit.cli.demo._world import World
    from tokenkit.ledger import CapTable

_SHOWN_HOLDERS = 12
_GOOD, _BAD = "[green]✓[/green]", "[red]✗[/red]"


class Teller:
    """Tells each scene on a console as soon as it has happened."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._chapter = 0
        self._after_table = False

    def opening(self) -> None:
        """Say what is about to happen."""
        self._console.print()
        self._say(
            "One company's whole life on a chain of its own, inside this process: nothing leaves this computer, "
            "and nothing is compiled. Company, people and funds are made up."
        )

    def deployed(self, scene: Deployed) -> None:
        """Tell the deployment."""
        self._begin("The company goes on chain")
        self._say(
            f"[bold]{scene.issuer}[/bold] has two share classes. Its plan was deployed in {scene.transactions} transactions "
            f"with {scene.gas_used:,} gas, and then verified against the chain alone."
        )
        self._show(table(None, ["Contract", "Address"], [[name, short(address)] for name, address in scene.contracts]))
        self._outcome(
            not scene.differences, f"{scene.checks} checks of code, wiring, powers and parameters: all as planned."
        )
        for difference in scene.differences:
            self._say(f"{_BAD} {difference}")

    def onboarded(self, scene: Onboarded) -> None:
        """Tell the registrations."""
        self._begin("The investors are onboarded")
        self._say(
            f"The registrar registers {scene.wallets} wallets of {scene.investors} investors from {len(scene.countries)} countries "
            f"({', '.join(scene.countries)}) in {_count(scene.transactions, 'transaction')}. No name goes on the chain: "
            "only a country, what was attested, by whom and until when."
        )
        for name, reason in scene.refused:
            self._say(f"{_BAD} {name} could not be registered: {_lower(reason)}")

    def issued(self, scene: Issued) -> None:
        """Tell the import of the cap table."""
        self._begin("The cap table is issued")
        self._say(
            f"The company's Open Cap Format package has {scene.objects} objects: {scene.used} are used, {scene.set_aside} are set "
            f"aside (options and a convertible note: not shares), the rest is informational. The {scene.steps} movements of shares from "
            f"{scene.first_day:%B %Y} to {scene.last_day:%B %Y}, a 10-for-1 split among them, were replayed in {scene.transactions} "
            "transactions: issues and redemptions by the issuer, transfers signed by the holders."
        )
        rows = [[symbol, grouped(units), str(scene.holders[symbol])] for symbol, units in scene.supplies.items()]
        self._show(table(None, ["Class", "Shares", "Holders"], rows, right=["Shares", "Holders"]))
        self._say("Without a wallet, so it stayed on paper:")
        for line in scene.on_paper:
            self._say(f"[dim]  {line}[/dim]")
        self._outcome(not scene.differences, "Every holding on the chain is that of the package.")

    def market(self, scene: Market) -> None:
        """Tell the transfers and the refusals."""
        self._begin("Shares are traded, where the rules allow it")
        self._trades(scene.trades)
        self._say(
            f"Others are refused. Before anything is sent, `explain` gives every reason, the most that would pass and when "
            f"({scene.lock} were locked up first)."
        )
        for refused in scene.refused:
            self._refused(refused)
        agree = all(each.foretold for each in scene.trades) and all(each.foretold for each in scene.refused)
        self._outcome(agree, "Each was sent all the same, and the chain refused each for the reason foretold.")

    def record_date(self, scene: RecordDate) -> None:
        """Tell the record date and the trades around it."""
        self._begin("A record date, traded across")
        self._say(
            f"Who holds shares just before {day(scene.record_date)} gets the dividend and has the votes. Trading goes on; "
            "nobody has to be stopped, and nobody can move the line."
        )
        self._trades(scene.trades)
        rows = [[each.name, grouped(each.at_record_date), grouped(each.now)] for each in scene.changes]
        columns = ["Whose holding differs", "At the record date", "Now"]
        self._show(table(None, columns, rows, right=columns[1:]))

    def dividend(self, scene: Dividend) -> None:
        """Tell the dividend."""
        self._begin("A dividend, to the last unit")
        self._say(
            f"The paying agent declares {_money(scene.amount)} for {grouped(scene.denominator)} {ORDINARY} and pays it in at once. "
            "Holders may claim; the rest is pushed, in ascending order of wallets."
        )
        rows = [
            [each.name, grouped(each.units), _money(each.amount), each.how] for each in (*scene.claimed, *scene.kept)
        ]
        pages = _count(scene.pages, "page")
        rows.append([f"{scene.pushed_to} others", "", _money(scene.pushed), f"pushed in {pages}"])
        self._show(table(None, ["Holder", "Shares", "Amount", ""], rows, right=["Shares", "Amount"]))
        self._say(f"{_BAD} A second claim is refused: {_lower(scene.twice)}")
        self._say(
            "A court order froze one wallet during the push: its share is kept, and nobody else had to wait. "
            f"Rounding down left {_money(scene.dust)} of dust for the issuer."
        )
        self._outcome(
            not scene.differences, "Funded = paid + unclaimed + dust, and each share agrees with the register."
        )

    def meeting(self, scene: MeetingHeld) -> None:
        """Tell the meeting."""
        self._begin("The holders decide")
        self._say(
            f"Two resolutions; a quorum of {QUORUM_BPS / 100:g} %; {scene.voters} holders cast {scene.ballots} ballots, one of them a "
            f"change of mind. Present: {grouped(scene.present)} of {grouped(scene.entitled)} votes."
        )
        rows = [
            [
                title,
                result.majority.name.lower().replace("_", " "),
                grouped(result.votes_for),
                grouped(result.votes_against),
                grouped(result.abstained),
                f"{100 * result.votes_for / (result.votes_for + result.votes_against):.2f} %",
                "[green]passed[/green]" if result.passed else "[red]rejected[/red]",
            ]
            for title, result in zip(scene.titles, scene.results, strict=True)
        ]
        columns = ["Resolution", "Majority", "For", "Against", "Abstained", "Share", "Result"]
        self._show(table(None, columns, rows, right=columns[2:6]))
        self._say(f"{_BAD} A ballot after the close is refused: {_lower(scene.late)}")
        self._outcome(not scene.differences, "Counted again from the ballots and the register: the same.")

    def aftermath(self, scene: Aftermath) -> None:
        """Tell what came after."""
        self._begin("A year goes by")
        self._say(
            "An attestation ends, and the terms do not let its holder sell; she keeps what she has, and was paid."
        )
        self._refused(scene.lapsed)
        self._say(
            f"The frozen wallet is released and claims its share. After the deadline {_money(scene.returned)} return to the issuer: "
            "the dust, and nothing else."
        )

    def registers(self, then: CapTable, now: CapTable, world: World) -> None:
        """Print the register at the record date and now."""
        self._begin("The register")
        countries = {person.name: person.country for person in world.people.values()}
        at_date = {each.investor: each.units for each in then.holdings}
        rows = [
            [
                each.investor,
                countries.get(each.investor, ""),
                grouped(at_date.get(each.investor, 0)),
                grouped(each.units),
                f"{percent(each.of_class, 2)} %",
            ]
            for each in now.holdings
            if each.share_class == ORDINARY
        ]
        columns = ["Ordinary shares", "", "At the record date", "Now", "Of class"]
        self._show(table(None, columns, _total(rows, then, now), right=columns[2:]))
        preferred = [
            [each.investor, countries.get(each.investor, ""), grouped(each.units), f"{percent(each.of_class, 2)} %"]
            for each in now.holdings
            if each.share_class == PREFERRED
        ]
        columns = ["Preferred shares A", "", "Now", "Of class"]
        self._show(table(None, columns, preferred, right=columns[2:]))

    def reckoning(self, figures: Sequence[Figure], seconds: float) -> None:
        """Print every figure beside the chain's."""
        self._begin("The reckoning")
        self._say("Every figure above was counted from events. Beside it stands what the contracts themselves say.")
        rows: list[list[str]] = []
        group = ""
        for figure in figures:
            if figure.group != group:
                group = figure.group
                rows.append([f"[bold]{group}[/bold]", "", "", ""])
            counted, reported = grouped(figure.counted, figure.decimals), grouped(figure.reported, figure.decimals)
            rows.append([f"  {figure.name}", counted, reported, _GOOD if figure.agrees else _BAD])
        columns = ["", "Counted", "Chain", " "]
        self._show(table(None, columns, rows, right=["Counted", "Chain"]))
        wrong = sum(not figure.agrees for figure in figures)
        self._outcome(
            not wrong,
            f"All {len(figures)} figures agree. The whole story took {seconds:.0f} s."
            if not wrong
            else f"{wrong} of {len(figures)} figures do not agree.",
        )
        self._console.print()

    def _begin(self, title: str) -> None:
        self._chapter += 1
        self._after_table = False
        self._console.print()
        self._console.rule(f"[bold]{self._chapter}  {title}[/bold]", align="left", style="dim")

    def _say(self, text: str) -> None:
        self._console.print(Padding(text, (0, 2)))
        self._after_table = False

    def _show(self, renderable: RenderableType) -> None:
        self._console.print(Padding(renderable, (0 if self._after_table else 1, 4, 1, 4)))
        self._after_table = True

    def _outcome(self, good: bool, text: str) -> None:
        self._say(f"{_GOOD if good else _BAD} {text}")

    def _trades(self, trades: Sequence[Trade]) -> None:
        rows = [
            [day(each.at)[:10], each.seller, each.buyer, grouped(each.units), f"[dim]{each.note}[/dim]"]
            for each in trades
        ]
        self._show(table(None, ["When", "From", "To", ORDINARY, ""], rows, right=[ORDINARY]))

    def _refused(self, refused: Refused) -> None:
        self._say(
            f"{_BAD} [bold]{grouped(refused.units)} {refused.share_class}[/bold], {refused.seller} → {refused.buyer}"
        )
        for sentence in refused.sentences:
            self._console.print(Padding(_bullet(sentence), (0, 2, 0, 6)))
        hints = [f"the most that would pass: {grouped(refused.largest)}"] if refused.largest else []
        hints += [f"possible from {day(refused.earliest)}"] if refused.earliest else []
        if hints:
            self._console.print(Padding(f"[dim]{'; '.join(hints)}[/dim]", (0, 2, 0, 8)))


def _bullet(text: str) -> Table:
    made = Table.grid(padding=(0, 1))
    made.add_row("•", text)
    return made


def _total(rows: list[list[str]], then: CapTable, now: CapTable) -> list[list[str]]:
    ordinary = next(total.units for total in now.classes if total.share_class == ORDINARY)
    return [
        *rows,
        ["[bold]All[/bold]", "", f"[bold]{grouped(then.units)}[/bold]", f"[bold]{grouped(ordinary)}[/bold]", ""],
    ]


def _money(amount: int) -> str:
    return f"{grouped(amount, COIN_DECIMALS)} TUSD"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
