"""``tokenkit investor``: register investors and look at them."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._options import LAST_TIMES
from tokenkit.cli._output import Answer, day, facts, grouped, item, table
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.cli._session import Session
    from tokenkit.registry import Facts, Investor

WalletArgument = Annotated[str, typer.Argument(metavar="WALLET", help="Address of the investor's wallet.")]


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help="Register investors and look at them.")
    app.add_typer(group, name="investor")
    command(
        group,
        "add",
        label="investor add",
        sends=True,
        examples=[
            "tokenkit investor add 0x52908400098527886E0F7030069857D2E4169EE7 --country CH --claims kyc,accredited",
            "tokenkit investor add 0x8617E340B3D01FA5F11F306F4090FD50E238070D "
            "--same-as 0x52908400098527886E0F7030069857D2E4169EE7",
        ],
    )(add)
    command(
        group,
        "import",
        label="investor import",
        sends=True,
        examples=["tokenkit investor import investors.csv --dry-run"],
    )(import_file)
    command(
        group,
        "show",
        label="investor show",
        examples=["tokenkit investor show 0x52908400098527886E0F7030069857D2E4169EE7"],
    )(show)


def add(
    session: "Session",
    *,
    wallet: WalletArgument,
    country: Annotated[str | None, typer.Option("--country", metavar="CODE", help="Residence, ISO 3166-1.")] = None,
    claims: Annotated[
        str, typer.Option("--claims", metavar="NAMES", help="Claims of the plan, separated by commas.")
    ] = "",
    identity: Annotated[
        str | None, typer.Option("--identity", metavar="ADDRESS", help="ONCHAINID; else the wallet itself.")
    ] = None,
    provider: Annotated[
        str, typer.Option("--provider", metavar="NAME", help="Who attests: the issuer, or a provider of the plan.")
    ] = "issuer",
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help=f"End of validity. {LAST_TIMES}")] = None,
    same_as: Annotated[
        str | None,
        typer.Option("--same-as", metavar="WALLET", help="Another wallet of an investor who is registered already."),
    ] = None,
) -> Answer:
    """Register a wallet with the facts attested about its investor, or link it to a registered one."""
    from tokenkit.cli._onboarding import claims_word, provider_index
    from tokenkit.cli._session import parse_last_instant
    from tokenkit.errors import InvalidInput
    from tokenkit.registry import NO_EXPIRY, Facts
    from tokenkit.types import ZERO_ADDRESS, parse_address, parse_country

    if (same_as is None) == (country is None):
        raise InvalidInput("Give either --country with the facts of a new investor, or --same-as WALLET.")
    if same_as is not None:
        operation = session.suite.registry.link(wallet, same_as)
    else:
        plan = session.record.plan
        attested = Facts(
            country=parse_country(country or "").numeric,
            claims=claims_word(claims.replace(",", " ").split(), plan.claims),
            identity=parse_address(identity) if identity else ZERO_ADDRESS,
            provider=provider_index(provider, plan.provider_names),
            valid_until=parse_last_instant(until) if until else NO_EXPIRY,
        )
        operation = session.suite.registry.register(wallet, attested)
        operation = operation.with_summary(f"{operation.summary}: {_attested(attested, plan.claims, by=provider)}")
    acts = session.carry_out([operation])
    return Answer(data=acts, show=lambda console: show_acts(console, acts))


def import_file(
    session: "Session",
    file: Annotated[Path, typer.Argument(metavar="CSV", help="Columns: external_id, wallet, country, claims, …")],
    provider: Annotated[
        str, typer.Option("--provider", metavar="NAME", help="Who attests: the issuer, or a provider of the plan.")
    ] = "issuer",
) -> Answer:
    """Register many wallets from a CSV file.

    Columns: external_id, wallet, country, and optionally claims, valid_until and name (which stays off the chain). Lines with the same
    external_id are wallets of one investor. Wallets that are registered already are left as they are, so the file can be imported again.

    Exit code 4: the list says something else about a wallet that is registered already; then nothing is sent.
    """
    from tokenkit.cli._onboarding import disagreements, facts_by_wallet, provider_index
    from tokenkit.ocf import read_investors

    plan, registry = session.record.plan, session.suite.registry
    rows = read_investors(file.read_bytes(), file=str(file), known_claims=plan.claims)
    known = registry.identities([row.wallet for row in rows])
    index = provider_index(provider, plan.provider_names)
    different = tuple(disagreements(rows, known=known, attested=registry.facts_of(known), bits=plan.claims))
    new = facts_by_wallet(rows, bits=plan.claims, known=known, provider=index)
    acts: dict[str, Any] = {"mode": "not sent", "transactions": []}
    if not different:
        batches = registry.register_many(new.items(), sender=session.sender) if new else ()
        acts = session.carry_out(
            [each.with_summary(f"{each.summary} of {file}, attested by {provider}") for each in batches]
        )
    data = {"rows": len(rows), "registered_before": len(known), "new": len(new), "differences": different, **acts}

    def show_import(console: Console) -> None:
        console.print(f"{len(rows)} wallets in {file}: {len(known)} registered already, {len(new)} new.")
        for each in different:
            console.print(item("[red]✗[/red]", escape(str(each))))
        if different:
            console.print(
                "Nothing was sent. Correct the list, or the chain: `Registry.update` replaces facts (see docs/cli.md)."
            )
        else:
            show_acts(console, acts)

    return Answer(data=data, show=show_import, exit_code=Exit.DIFFERENCES if different else Exit.OK)


def show(session: "Session", wallet: WalletArgument) -> Answer:
    """Show an investor: facts, wallets, admission to each class, holdings and what is locked of them.

    "Not frozen" leaves locks and every other rule aside: `tokenkit explain` says what may move.
    """
    from tokenkit.cli._onboarding import claim_names
    from tokenkit.cli._positions import positions
    from tokenkit.errors import InvalidInput

    investor = session.suite.registry.investor(wallet)
    if investor is None:
        raise InvalidInput(f"{wallet} is not registered. Register it with `tokenkit investor add`.")
    holdings = positions(session, investor)
    denied = [each for each in investor.wallets if session.suite.rulebook.is_denied(each)]
    names = claim_names(investor.facts.claims, session.record.plan.claims)
    providers = ("the issuer", *session.record.plan.provider_names[1:])
    index = investor.facts.provider
    provider = providers[index] if index < len(providers) else f"number {index}"
    attested = asdict(investor.facts) | {"valid_until": _end(investor.facts)}
    described = asdict(investor) | {"facts": attested}
    data = {"investor": described, "claims": names, "denied": denied, "holdings": holdings}

    def show_investor(console: Console) -> None:
        _show_investor(console, investor, names, provider, holdings)
        for each in denied:
            console.print(item("[red]✗[/red]", f"{each} is on the deny list."))

    return Answer(data=data, show=show_investor)


def _attested(attested: "Facts", bits: "Mapping[str, int]", *, by: str) -> str:
    from tokenkit.cli._onboarding import claim_names
    from tokenkit.types import ZERO_ADDRESS, parse_country

    names = ", ".join(claim_names(attested.claims, bits)) or "without claims"
    identity = "" if attested.identity == ZERO_ADDRESS else f", identity {attested.identity}"
    return f"{parse_country(attested.country).name}, {names}{identity}, attested by {by}, valid {_until(attested)}"


def _until(attested: "Facts") -> str:
    end = _end(attested)
    return "without end" if end is None else f"until {day(end)}"


def _end(attested: "Facts") -> int | None:
    from tokenkit.registry import NO_EXPIRY

    return None if attested.valid_until == NO_EXPIRY else attested.valid_until


def _show_investor(
    console: Console, investor: "Investor", names: list[str], provider: str, holdings: list[dict[str, Any]]
) -> None:
    console.print(
        facts(
            [
                ("Wallet", investor.wallet + (" (lost and replaced)" if investor.retired else "")),
                ("Identity", investor.identity),
                ("Country", investor.country.name),
                ("Claims", ", ".join(names) or "none"),
                ("Provider", provider),
                ("Valid", _until(investor.facts)),
            ]
        )
    )
    rows = [
        [
            str(each["class"]),
            str(each["wallet"]),
            grouped(each["units"], each["decimals"]),
            grouped(each["free"], each["decimals"]),
            "yes" if each["admitted"] else f"no: {each['because']}",
        ]
        for each in holdings
    ]
    columns = ["Class", "Wallet", "Shares", "Not frozen", "Admitted"]
    console.print(table(None, columns, rows, right=["Shares", "Not frozen"]))
    for each in holdings:
        for sentence in each["locked"]:
            console.print(item("[yellow]![/yellow]", f"{each['class']}, {each['wallet']}: {sentence}."))
