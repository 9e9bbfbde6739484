"""Any history that a company could have had imports to the holdings it led to, in whatever order the file lists it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.client.ocf_builder import (
    CLASSES,
    PEOPLE,
    Item,
    cancellation,
    consolidation,
    conversion,
    imported,
    issuance,
    reissuance,
    repurchase,
    retraction,
    set_aside,
    split,
    transfer,
)

from tokenkit.ocf import batch_from_toml, batch_to_toml

Holdings = dict[str, dict[str, int]]


@dataclass
class Company:
    """The model: certificates as plain numbers, and the objects that a package would tell them with."""

    day: date = date(2020, 1, 1)
    certificates: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    closing: dict[date, Holdings] = field(default_factory=dict)
    """Holdings at the end of each day on which something happened."""
    numbers: int = 0

    def begin(self, share_class: str, who: str, units: int) -> str:
        self.numbers += 1
        security = f"cert-{self.numbers}"
        self.certificates[security] = (share_class, who, units)
        self.items.append(issuance(security, who, str(units), day=str(self.day), share_class=share_class))
        return security

    def rest(self, security: str, taken: int) -> str | None:
        """End a certificate; what is not taken goes on in another."""
        share_class, who, units = self.certificates.pop(security)
        return self.begin(share_class, who, units - taken) if units > taken else None

    def holdings(self) -> Holdings:
        held: Holdings = {share_class: {} for share_class in CLASSES}
        for share_class, who, units in self.certificates.values():
            held[share_class][who] = held[share_class].get(who, 0) + units
        return held

    def act(self, name: str, draw: st.DrawFn) -> None:
        """Let one thing happen; each branch is the law of one kind of transaction."""
        if name == "issue" or not self.certificates:
            self.begin(draw(st.sampled_from(CLASSES)), draw(st.sampled_from(PEOPLE)), draw(st.integers(1, 1000)))
            return
        security = draw(st.sampled_from(sorted(self.certificates)))
        share_class, who, units = self.certificates[security]
        day = str(self.day)
        taken = draw(st.integers(1, units))
        match name:
            case "transfer":
                first = draw(st.integers(0, taken - 1))
                parts = [part for part in (first, taken - first) if part]
                results = [self.begin(share_class, draw(st.sampled_from(PEOPLE)), part) for part in parts]
                self.items.append(transfer(security, str(taken), *results, balance=self.rest(security, taken), day=day))
            case "cancel":
                self.items.append(cancellation(security, str(taken), balance=self.rest(security, taken), day=day))
            case "repurchase":
                self.items.append(repurchase(security, str(taken), balance=self.rest(security, taken), day=day))
            case "retract":
                del self.certificates[security]
                self.items.append(retraction(security, day=day))
            case "convert":
                made = self.begin(draw(st.sampled_from(CLASSES)), who, draw(st.integers(1, 500)))
                self.items.append(conversion(security, str(taken), made, balance=self.rest(security, taken), day=day))
            case "reissue":
                del self.certificates[security]
                self.items.append(reissuance(security, self.begin(share_class, who, units), day=day))
            case "consolidate":
                alike = [name for name, lot in self.certificates.items() if lot[:2] == (share_class, who)]
                total = sum(self.certificates.pop(each)[2] for each in alike)
                self.items.append(consolidation(alike, self.begin(share_class, who, total), day=day))
            case "split":
                self.split(share_class, draw(st.sampled_from(["2/1", "3/1", "3/2", "1/2", "5/5"])))

    def split(self, share_class: str, ratio: str) -> None:
        after = {name: lot[2] * Fraction(ratio) for name, lot in self.certificates.items() if lot[0] == share_class}
        if any(units.denominator != 1 for units in after.values()):
            return
        self.turn_page()  # a split comes before everything else of its day
        for name, units in after.items():
            self.certificates[name] = (share_class, self.certificates[name][1], int(units))
        self.items.append(split(ratio, share_class=share_class, day=str(self.day), name=f"split-{len(self.items)}"))

    def turn_page(self) -> None:
        self.closing[self.day] = self.holdings()
        self.day += timedelta(days=1)


ACTS = (
    "issue",
    "issue",
    "transfer",
    "transfer",
    "cancel",
    "repurchase",
    "retract",
    "convert",
    "reissue",
    "consolidate",
)


@st.composite
def companies(draw: st.DrawFn) -> Company:
    company = Company()
    for name in draw(st.lists(st.sampled_from((*ACTS, "split", "next day")), max_size=25)):
        if name == "next day":
            company.turn_page()
        else:
            company.act(name, draw)
    company.turn_page()
    return company


@settings(deadline=None)
@given(companies(), st.randoms(use_true_random=False))
def test_import__any_history_in_any_order__the_holdings_it_led_to(company: Company, random: object) -> None:
    items = company.items[:]
    random.shuffle(items)  # type: ignore[attr-defined]
    result = imported(*items)
    assert set_aside(result) == {}
    assert result.batch.holdings() == company.holdings()
    event(f"transactions: {min(len(items) // 10 * 10, 40)}+")


@settings(deadline=None)
@given(companies())
def test_import__any_history__the_holdings_at_the_end_of_each_day(company: Company) -> None:
    batch = imported(*company.items).batch
    for day, held in company.closing.items():
        registers = batch.registers(before=day + timedelta(days=1))
        assert {name: dict(counted.units) for name, counted in registers.items()} == held


@settings(deadline=None)
@given(companies(), st.data())
def test_import__damaged_history__nothing_dropped_in_silence_and_the_book_still_balances(
    company: Company, data: st.DataObject
) -> None:
    items = company.items[:]
    for _ in range(data.draw(st.integers(1, 4))):
        if not items:
            break
        index = data.draw(st.integers(0, len(items) - 1))
        match data.draw(st.sampled_from(["lose", "quantity", "stranger", "date", "swap"])):
            case "lose":
                del items[index]
            case "quantity":
                items[index] = items[index] | {"quantity": data.draw(st.sampled_from(["1", "0", "-3", "7.5", "999"]))}
            case "stranger":
                items[index] = items[index] | {"stakeholder_id": "zoe"}
            case "date":
                items[index] = items[index] | {"date": "2020-01-02"}
            case _:
                other = data.draw(st.integers(0, len(items) - 1))
                items[index] = items[index] | {"security_id": items[other].get("security_id", "none")}
    result = imported(*items)  # which checks that each object has one finding, and that steps and certificates agree
    for counted in result.batch.registers().values():
        assert counted.supply == sum(counted.units.values())
    assert batch_from_toml(batch_to_toml(result.batch)) == result.batch
