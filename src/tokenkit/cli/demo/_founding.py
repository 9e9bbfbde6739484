"""The first scenes: deploy, onboard the investors, issue the cap table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from tokenkit.chain import LocalChain
from tokenkit.cli._onboarding import facts_by_wallet, match_classes
from tokenkit.cli.demo._world import World, give_pocket_money, mint_coin, office, plan_path, read_people
from tokenkit.deploy import deploy
from tokenkit.errors import Reverted
from tokenkit.issuance import Allotment
from tokenkit.ledger import Difference, by_investor
from tokenkit.ocf import Outcome, StepKind, example_directory, import_package
from tokenkit.plan import Plan
from tokenkit.suite import Suite
from tokenkit.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tokenkit.ocf import Batch, InvestorRow, Step
    from tokenkit.suite import ShareClass
    from tokenkit.types import Address


_NOUNS = {StepKind.ISSUE: "issue", StepKind.TRANSFER: "transfer", StepKind.REDEEM: "redemption"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """The suite, deployed and verified."""

    issuer: str
    contracts: tuple[tuple[str, Address], ...]
    transactions: int
    gas_used: int
    checks: int
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarded:
    """Who was registered, and who could not be."""

    investors: int
    wallets: int
    transactions: int
    countries: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    """Name and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """The cap table of the package, on the chain."""

    objects: int
    used: int
    set_aside: int
    steps: int
    first_day: date
    last_day: date
    transactions: int
    on_paper: tuple[str, ...]
    """What never went on the chain, because somebody has no wallet."""
    supplies: dict[str, int]
    holders: dict[str, int]
    differences: tuple[Difference, ...]
    """Between the package's cap table and the chain's."""


def found() -> tuple[World, tuple[InvestorRow, ...], Deployed]:
    """Deploy the example plan on a new embedded chain, and verify it."""
    chain, plan = LocalChain(), Plan.read(plan_path())
    record = deploy(plan, chain, chain.accounts[-2])
    verification = verify(record, chain)
    rows, people = read_people(plan)
    coin = mint_coin(chain, office(chain, plan, "paying_agent"))
    world = World(chain=chain, suite=Suite.open(record, chain), people=people, coin=coin)
    deployed = Deployed(
        issuer=plan.issuer.name,
        contracts=tuple((contract.name, contract.address) for contract in record.contracts),
        transactions=sum(1 for step in record.steps if step.transaction),
        gas_used=sum(step.gas_used for step in record.steps),
        checks=verification.checked,
        differences=tuple(map(str, verification.differences)),
    )
    return world, rows, deployed


def onboard(world: World, rows: Sequence[InvestorRow]) -> Onboarded:
    """Register everybody of the list, each investor once, with all wallets."""
    registrar, registry = world.office("registrar"), world.suite.registry
    facts = facts_by_wallet(rows, bits=world.suite.plan.claims, known={})
    now = world.chain.now()
    lapsed = {wallet: each for wallet, each in facts.items() if each.valid_until <= now}
    refused = []
    for wallet, each in lapsed.items():
        try:
            registry.register(wallet, each).send(registrar)
        except Reverted as refusal:
            refused.append((world.name(wallet), refusal.sentence))
    good = [(wallet, each) for wallet, each in facts.items() if wallet not in lapsed]
    operations = registry.register_many(good, sender=registrar.address)
    for operation in operations:
        operation.send(registrar)
    give_pocket_money(world.chain, world.people)
    wallets = [wallet for wallet, _ in good]
    return Onboarded(
        investors=len(set(registry.identities(wallets).values())),
        wallets=len(registry.registered()),
        transactions=len(operations),
        countries=tuple(sorted({person.country for person in world.people.values()})),
        refused=tuple(refused),
    )


def issue_cap_table(world: World) -> Issued:
    """Carry out the package's history in date order: issues, transfers, redemptions."""
    imported = import_package(example_directory())
    batch, counts = imported.batch, imported.report.counts
    symbols = match_classes(batch.classes, world.suite.plan.classes)
    classes = {key: world.suite.classes[symbol] for key, symbol in symbols.items()}
    steps, on_paper = _with_wallets(world, batch)
    transactions = 0
    for (_, share_class, kind), run in groupby(steps, key=lambda step: (step.day, step.share_class, step.kind)):
        transactions += _carry_out(world, classes[share_class], kind, list(run))
    registers = {symbol: one.transfers.register() for symbol, one in world.suite.classes.items()}
    return Issued(
        objects=len(imported.report.findings),
        used=counts[Outcome.USED],
        set_aside=counts[Outcome.SET_ASIDE],
        steps=len(batch.steps),
        first_day=batch.steps[0].day,
        last_day=batch.steps[-1].day,
        transactions=transactions,
        on_paper=on_paper,
        supplies={symbol: register.supply for symbol, register in registers.items()},
        holders={symbol: len(register.units) for symbol, register in registers.items()},
        differences=tuple(_beside(world, batch, symbols)),
    )


def _with_wallets(world: World, batch: Batch) -> tuple[list[Step], tuple[str, ...]]:
    """Leave out what concerns stakeholders without a wallet; what they passed on is issued to whom they passed it to."""
    steps, on_paper = [], []
    names = {investor.external_id: investor.name for investor in batch.investors}
    for step in batch.steps:
        source = step.source if step.source in world.people else None
        target = step.target if step.target in world.people else None
        if source == step.source and target == step.target:
            steps.append(step)
        elif step.kind is StepKind.TRANSFER and target is not None:
            steps.append(replace(step, kind=StepKind.ISSUE, source=None))
        if (step.source or step.target) not in world.people:
            absent = names[step.source or step.target or ""]
            on_paper.append(f"{step.day}: {_NOUNS[step.kind]} of {step.units:,} shares, {absent} ({step.reason})")
    return steps, tuple(on_paper)


def _carry_out(world: World, one: ShareClass, kind: StepKind, run: Sequence[Step]) -> int:
    issuer = world.office("issuer")
    day = f"{run[0].day:%Y-%m-%d}"
    if kind is StepKind.ISSUE:
        allotments = [Allotment(to=world.people[step.target or ""].wallet, units=step.units) for step in run]
        reason = f"{day}: {', '.join(dict.fromkeys(step.reason for step in run))}"
        operations = one.issuance.issue_many(allotments, sender=issuer.address, reason=reason)
        for operation in operations:
            operation.send(issuer)
        return len(operations)
    for step in run:
        source = world.people[step.source or ""]
        if kind is StepKind.REDEEM:
            one.issuance.redeem(source.wallet, step.units, reason=f"{day}: {step.reason}").send(issuer)
        else:
            receiver = world.people[step.target or ""].wallet
            one.transfers.transfer(receiver, step.units).send(source.signer)
    return len(run)


def _beside(world: World, batch: Batch, symbols: dict[str, str]) -> Iterable[Difference]:
    """Compare the package's cap table with the chain's, investor by investor."""
    ids = {str(signer.address): person.external_id for person in world.people.values() for signer in person.signers}
    for share_class, held in batch.holdings().items():
        register = world.suite.classes[symbols[share_class]].transfers.register()
        units = {str(wallet): own for wallet, own in register.units.items()}
        on_chain = {each.investor: each.units for each in by_investor(units, ids)}
        for investor in sorted({*held, *on_chain}):
            ours, theirs = held.get(investor, 0), on_chain.get(investor, 0)
            if ours != theirs:
                yield Difference(name=f"{symbols[share_class]} {investor}", counted=ours, reported=theirs)
