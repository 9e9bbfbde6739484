"""Plans: everything wrong is said at once, with line, key and remedy."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import plan_keys
from tokenkit.errors import InvalidPlan
from tokenkit.plan import Plan
from tokenkit.ruleset import (
    Approval,
    CountLimit,
    HoldingPeriod,
    Sanctions,
    Severity,
    TradingHours,
    TradingWindow,
    Vesting,
    VolumeLimit,
)
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from tokenkit.errors import Problem

ANA, BEN, CLO = (
    "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf",
    "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF",
    "0x6813Eb9362372EEF6200f3b1dbC3f819671cBA69",
)

GOOD = f"""\
[issuer]
name = "Test AG"
country = "CH"

[admin]
address = "{ANA}"

[claims]
kyc = 0
accredited = 3

[[providers]]
name = "Verifier"
account = "{BEN}"

[[classes]]
name = "Shares"
symbol = "SHR"

[classes.terms]

[[classes.terms.groups]]
countries = ["CH", "DE"]
claims = ["kyc"]
"""
CLASS = """
[[classes]]
name = "Other"
symbol = "OTH"
terms = { groups = [{ countries = "*" }] }
"""


VERIFIER = f"""\
[[providers]]
name = "Verifier"
account = "{BEN}"

"""


def adapter(*, claim: str = "kyc", days: int = 30, more: str = "") -> str:
    return f"""\
[onchain_ids]
max_age_days = {days}
sources = [{{ issuer = "{BEN}", topic = 7, claim = "{claim}" }}{more}]
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidPlan) as refused:
        Plan.parse(text)
    return refused.value.problems


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


@pytest.mark.parametrize(
    ("text", "line", "key", "message", "remedy"),
    [
        ("a = ", 1, "", "Not valid TOML: invalid value.", "Correct the line"),
        ("[issuer]\nname = 'x'\nname = 'y'", 3, "", "Not valid TOML: cannot overwrite a value.", "each key once"),
        (changed('name = "Test AG"\n', ""), 1, "issuer.name", "It is missing.", "Give the company's legal name"),
        (changed('"Test AG"', "7"), 2, "issuer.name", "7 is not text in quotes.", "Give the company's legal name"),
        (changed('"Test AG"', '" "'), 2, "issuer.name", "' ' cannot be used here.", "Give the company's legal name"),
        (changed('"CH"\n', '"XX"\n'), 3, "issuer.country", "'XX' is not a country.", "Give its ISO 3166-1 code"),
        (changed('"CH"\n', '"CH"\nlei = "529900T8BM49AURSDO56"\n'), 4, "issuer.lei", "529900T8BM49AURSDO56 has a wrong check digit, so a sign is mistyped.", "Copy"),
        (changed('"CH"\n', '"CH"\nlei = "x"\n'), 4, "issuer.lei", "'x' is not a legal entity identifier.", "Give its 20"),
        (changed('"CH"\n', '"CH"\nlegal = 1\n'), 4, "issuer.legal", "There is no such key.", "The keys here are name, country, lei, onchain_id."),
        (GOOD + "[roles.registrr]\n", 25, "roles.registrr", "There is no such key.", "Did you mean 'registrar'?"),
        (changed(f'address = "{ANA}"', f'address = "{ANA.replace("E5F", "e5F")}"'), 6, "admin.address", f"'{ANA.replace('E5F', 'e5F')}' has a wrong checksum, so at least one digit is mistyped.", "Copy the address again"),
        (changed(f'address = "{ANA}"', f'address = "{ANA[:-1]}"'), 6, "admin.address", f"'{ANA[:-1]}' is not an address.", "Give 0x followed by 40"),
        (changed(f'address = "{ANA}"', f'address = "0x{"0" * 40}"'), 6, "admin.address", "The zero address belongs to nobody.", "Give the address of an account"),
        (changed(f'address = "{ANA}"', f'address = "{ANA}"\ndelay = "1"'), 7, "admin.delay", "'1' is not a whole number.", "Give whole seconds"),
        (changed(f'address = "{ANA}"', f'address = "{ANA}"\ndelay = 99999999'), 7, "admin.delay", "99999999 is above 31536000.", "Give whole seconds"),
        (changed("accredited = 3", "accredited = 0"), 10, "claims.accredited", "Bit 0 stands for another claim already.", "Give each claim its own bit."),
        (changed("accredited = 3", "accredited = 32"), 10, "claims.accredited", "32 is above 31.", "Name each claim"),
        (changed("accredited = 3", "Accredited = 3"), 10, "claims.Accredited", "'Accredited' cannot be used here.", "Name each claim"),
        (changed('name = "Verifier"', 'name = "issuer"'), 13, "providers[0].name", "The name 'issuer' is taken.", "Give each provider"),
        (changed('name = "Shares"', 'name = "Shares"\ndecimals = 19'), 18, "classes[0].decimals", "19 is above 18.", "Give a whole number from 0 to 18"),
        (changed('name = "Shares"', 'name = "Shares"\ndecimals = true'), 18, "classes[0].decimals", "true is not a whole number.", "Give a whole number"),
        (changed('name = "Shares"', 'name = "Shares"\nisin = "US0378331006"'), 18, "classes[0].isin", "US0378331006 has a wrong check digit, so a sign is mistyped.", "Copy the ISIN"),
        (changed('name = "Shares"', 'name = "Shares"\nupgradeable = 1'), 18, "classes[0].upgradeable", "1 is neither true nor false.", "Give true or false."),
        (changed('"SHR"', '"S HR"'), 18, "classes[0].symbol", "'S HR' cannot be used here.", "Give 1 to 16"),
        (changed('["CH", "DE"]', "[]"), 23, "classes[0].terms.groups[0].countries", "No country is named, so nobody could be admitted.", "Name countries"),
        (changed('["CH", "DE"]', '["CH", "DE", "CHE"]'), 23, "classes[0].terms.groups[0].countries[2]", "Switzerland stands in the terms twice.", "Keep it in one group"),
        (changed('["CH", "DE"]', '"CH"'), 23, "classes[0].terms.groups[0].countries", "'CH' is not a list.", "Give a list of country codes"),
        (changed('["kyc"]', '["kyc", "rich"]'), 24, "classes[0].terms.groups[0].claims[1]", "'rich' is not among the claims of this plan.", "Add it under [claims]"),
        (changed('["kyc"]', '["kyc", "kyc"]'), 24, "classes[0].terms.groups[0].claims[1]", "'kyc' is named twice.", "Name it once."),
        (changed("[classes.terms]\n", '[classes.terms]\nproviders = ["Nobody"]\n'), 21, "classes[0].terms.providers[0]", "'Nobody' is not among the providers of this plan.", 'Add it under [[providers]], or accept "issuer"'),
        (changed("[classes.terms]\n", "[classes.terms]\nproviders = []\n"), 21, "classes[0].terms.providers", "The list has fewer than 1 entries.", "Give a list of provider names"),
        (GOOD.replace("SHR", "OTH") + CLASS, 28, "classes[1].symbol", "Another class has symbol 'OTH' too.", "Give each class its own symbol."),
        ("payouts = 'yes'\n" + GOOD, 1, "payouts", "'yes' is neither true nor false.", "Give true or false."),
        ("chain_id = 0\n" + GOOD, 1, "chain_id", "0 is below 1.", "Give the number of the chain"),
        (changed("[classes.terms]\n", '[classes.terms]\nproviders = ["onchain_ids"]\n'), 21, "classes[0].terms.providers[0]", "'onchain_ids' is not among the providers of this plan.", "Add it under [[providers]]"),
        (changed('"Verifier"', '"onchain_ids"') + adapter(), 13, "providers[0].name", "The name 'onchain_ids' stands for the claims on ONCHAINIDs.", "Give the provider another name."),
        (GOOD.replace(VERIFIER, "".join(VERIFIER.replace("Verifier", str(at)).replace(BEN, f"0x{at:040x}") for at in range(1, 32))) + adapter(), 145, "onchain_ids", "The registry has room for 31 providers, and the claims on ONCHAINIDs take one.", "Remove a provider"),
        (GOOD + adapter(claim="rich"), 27, "onchain_ids.sources[0].claim", "'rich' is not among the claims of this plan.", "Add it under [claims]"),
        (GOOD + adapter(days=3_654), 26, "onchain_ids.max_age_days", "3654 is above 3653.", "Give the days"),
        (GOOD + adapter(more=f', {{ issuer = "{BEN}", topic = 7, claim = "accredited" }}'), 27, "onchain_ids.sources[1]", f"Topic 7 of {BEN} stands for a claim already.", "Keep one of the two."),
        ("roles = 3\n" + GOOD, 1, "roles", "3 is not a table.", "Name the office holders"),
        ("erc3643_agents = true\n" + GOOD, 1, "erc3643_agents", "An ERC-3643 agent works through the standard faces, which are off.", "Set standard_faces = true"),
        (GOOD + "[roles.issuer]\ndelay = 60\n", 26, "roles.issuer.delay", "There is a delay, but nobody holds the role.", "Name holders"),
        (GOOD + f'[roles.issuer]\nholders = ["{BEN}", "{BEN}"]\n', 26, "roles.issuer.holders[1]", f"{BEN} is named twice.", "Name each account once."),
        (GOOD + f'[roles.registrar]\nholders = ["{BEN}"]\nguardians = ["{CLO}"]\n', 27, "roles.registrar.guardians", "Without a delay there is nothing that guardians could cancel.", "Set a delay"),
        (GOOD + f'[roles.upgrader]\nholders = ["{BEN}"]\n', 25, "roles.upgrader", "No class is upgradeable, so there is nothing to upgrade.", "Set upgradeable = true"),
        ("payouts = false\n" + GOOD + f'[roles.paying_agent]\nholders = ["{BEN}"]\n', 26, "roles.paying_agent", "Payouts are off, so a paying agent has nothing to do.", "Set payouts = true"),
        (GOOD + "[rules]\nholding_cap = { percent = 10 }\n", 26, "rules.holding_cap.percent", "A share over all classes has no one supply to be a share of.", "Give units here"),
        (GOOD + CLASS.replace("terms =", "decimals = 2\nterms =") + "[rules]\nholding_cap = { units = 10 }\n", 32, "rules.holding_cap", "The classes have different decimals, so their units cannot be added.", "Give the cap in each class."),
        (GOOD + "[classes.rules]\nholding_cap = {}\n", 26, "classes[0].rules.holding_cap", "The cap has neither units nor percent.", "Give one of them"),
        (GOOD + "[classes.rules]\nholding_cap = { units = 0.5 }\n", 26, "classes[0].rules.holding_cap.units", "0.5 has more decimals than the class (0).", "Round it"),
        (GOOD + "[classes.rules]\nholding_cap = { units = 79228162514264337593543950336 }\n", 26, "classes[0].rules.holding_cap.units", "79228162514264337593543950336 is more than a token can count.", "Give at most"),
        (GOOD + "[classes.rules]\nholding_cap = { percent = 9.755 }\n", 26, "classes[0].rules.holding_cap.percent", "'9.755' is not a share in per cent.", "Give a number above 0"),
        (GOOD + "[classes.rules]\ninvestor_limit = 0\n", 26, "classes[0].rules.investor_limit", "0 is below 1.", "Give a whole number of investors"),
        (GOOD + "[classes.rules]\ninvestor_limit = 5\nminimum_investors = 6\n", 27, "classes[0].rules.minimum_investors", "At least 6 investors are asked for, but at most 5 allowed.", "Lower it"),
        (GOOD + "[classes.rules]\nauthorised_units = 5\nminimum_units = 6\n", 27, "classes[0].rules.minimum_units", "An investor must hold at least 6 units, but there may be at most 5.", "raise authorised_units"),
        (GOOD + "[classes.rules]\nholding_cap = { units = 5 }\nminimum_units = 6\n", 27, "classes[0].rules.minimum_units", "An investor must hold at least 6 units, but one investor may hold at most 5.", "raise holding_cap"),
        (GOOD + "[classes.rules]\nauthorised_units = 0.5\n", 26, "classes[0].rules.authorised_units", "0.5 has more decimals than the class (0).", "Round it"),
        (GOOD + "[classes.rules]\ncountry_limits = [{ countries = [], limit = 5 }]\n", 26, "classes[0].rules.country_limits[0].countries", "The list has fewer than 1 entries.", "Give a list of country codes"),
        (GOOD + '[classes.rules]\ncountry_limits = [{ countries = ["DE"], limit = 5 }, { countries = ["CH", "DE"], limit = 5 }]\n', 26, "classes[0].rules.country_limits[1].countries[1]", "Germany has a limit already.", "put others under group_limits"),
        (GOOD + "[classes.rules]\ngroup_limits = [{ limit = 5 }]\n", 26, "classes[0].rules.group_limits[0]", "The limit names no claims, so it counts everybody.", "investor_limit or country_limits"),
        (GOOD + '[classes.rules]\ngroup_limits = [{ limit = 5, without = ["retail"] }]\n', 26, "classes[0].rules.group_limits[0].without[0]", "'retail' is not among the claims of this plan.", "Add it under [claims]"),
        (GOOD + '[classes.rules]\ngroup_limits = [{ limit = 5, claims = ["kyc"], without = ["kyc"] }]\n', 26, "classes[0].rules.group_limits[0]", "Nobody has 'kyc' and has it not, so nobody would be counted.", "Keep it in one"),
        (GOOD + "[classes.rules]\nholding_period = { exempt = ['kyc'] }\n", 26, "classes[0].rules.holding_period", "The period has no length.", "Give either days or seconds."),
        (GOOD + "[classes.rules]\nholding_period = { days = 1, seconds = 1 }\n", 26, "classes[0].rules.holding_period", "The period has two lengths.", "Give either days or seconds."),
        (GOOD + "[classes.rules]\nvolume = { days = 90 }\n", 26, "classes[0].rules.volume", "The limit has neither units nor percent.", "Give one of them"),
        (GOOD + "[classes.rules]\nvolume = { units = 0.5, days = 90 }\n", 26, "classes[0].rules.volume.units", "0.5 has more decimals than the class (0).", "Round it"),
        (GOOD + '[classes.rules]\ntrading_hours = { windows = [{ days = ["mon"], opens = 09:00:00, closes = 08:00:00 }] }\n', 26, "classes[0].rules.trading_hours.windows[0]", "Trading closes before it opens.", "Give a later time"),
        (GOOD + '[classes.rules]\ntrading_hours = { windows = [{ days = ["mon"], opens = 09:00:30, closes = 18:00:00 }] }\n', 26, "classes[0].rules.trading_hours.windows[0].opens", "09:00:30 is not a time of the day.", "Give hours and minutes"),
        (GOOD + '[classes.rules]\ntrading_hours = { windows = [{ days = ["mon", "tue", "mon"], opens = 09:00:00, closes = 18:00:00 }] }\n', 26, "classes[0].rules.trading_hours.windows", "Two windows overlap.", "Merge them"),
        (GOOD + '[classes.rules]\napproval = { exempt = ["rich"] }\n', 26, "classes[0].rules.approval.exempt[0]", "'rich' is not among the claims of this plan.", "Add it under [claims]"),
        (GOOD + f'[classes.rules]\nspenders = {{ allowed = ["{BEN}", "{BEN}"] }}\n', 26, "classes[0].rules.spenders.allowed[1]", f"{BEN} is named twice.", "Name it once."),
        (GOOD + "[classes.rules]\nspenders = {}\n", 26, "classes[0].rules.spenders", "There is no list of spenders.", "Give either allowed or blocked."),
        (GOOD + f'[classes.rules]\nspenders = {{ allowed = [], blocked = ["{BEN}"] }}\n', 26, "classes[0].rules.spenders", "There are two lists of spenders.", "Give either allowed or blocked."),
        (GOOD + "[classes.rules]\ntrading_hours = {}\n", 26, "classes[0].rules.trading_hours", "There are neither windows nor blackouts.", "Give one of them"),
        (GOOD + "[classes.rules]\ntrading_hours = { blackouts = [{ starts = 2031-01-02T00:00:00Z, ends = 2031-01-02T00:00:00Z }] }\n", 26, "classes[0].rules.trading_hours.blackouts[0]", "The blackout ends before it starts.", "Give a later time"),
        (GOOD + "[classes.rules]\ntrading_hours = { blackouts = [{ starts = 2031-01-01T00:00:00Z, ends = 2031-01-03T00:00:00Z, every_days = 2 }] }\n", 26, "classes[0].rules.trading_hours.blackouts[0]", "The blackout comes again before it has ended.", "Give more days"),
        (GOOD + f'[rules]\ndeny_list = {{ wallets = ["{BEN}", "{BEN}"], reason = "x" }}\n', 26, "rules.deny_list.wallets[1]", f"{BEN} is named twice.", "Name it once."),
        (GOOD + f'[classes.rules]\nlockups = [{{ wallet = "{BEN}", units = 5, until = 2031-01-01 }}]\n', 26, "classes[0].rules.lockups[0].until", "2031-01-01 is not an instant.", "Give date, time and zone"),
        (GOOD + f'[classes.rules]\nlockups = [{{ wallet = "{BEN}", units = 5, until = 2031-01-01T00:00:00 }}]\n', 26, "classes[0].rules.lockups[0].until", "2031-01-01T00:00:00 has no time zone.", "Give one"),
        (GOOD + '[classes.rules]\nflow_back = { until = "forever", pairs = [{ from = "US", to = "US" }] }\n', 26, "classes[0].rules.flow_back.pairs[0]", "A country cannot flow back to itself.", "Give two"),
        (GOOD + '[[classes.documents]]\nname = "a"\nuri = "https://x"\n', 25, "classes[0].documents[0]", "The document has no hash.", "Give exactly one of"),
        (GOOD + f'[[classes.documents]]\nname = "a"\nuri = "x"\nsha256 = "{"ab" * 32}"\n', 27, "classes[0].documents[0].uri", "'x' is not the location of a document.", "Give a URI"),
        (GOOD + f'[[classes.documents]]\nname = "{"a" * 33}"\nuri = "u:x"\nsha256 = "{"ab" * 32}"\n', 26, "classes[0].documents[0].name", f"'{'a' * 33}' cannot name a document.", "Give 1 to 32"),
        (GOOD + '[[classes.documents]]\nname = "a"\nuri = "u:x"\nsha256 = "abc"\n', 28, "classes[0].documents[0].sha256", "'abc' is not a hash.", "Give 64"),
        (GOOD + '[[classes.documents]]\nname = "a"\nuri = "u:x"\nfile = "nowhere.pdf"\n', 28, "classes[0].documents[0].file", "nowhere.pdf cannot be read (No such file or directory).", "Correct the path"),
    ],
)  # fmt: skip
def test_parse__one_thing_wrong__is_said_with_line_and_remedy(
    text: str, line: int, key: str, message: str, remedy: str
) -> None:
    (problem,) = problems_of(text)
    assert (problem.line, problem.key, problem.message) == (line, key, message)
    assert remedy in problem.remedy


def test_parse__many_things_wrong__says_all_of_them_in_order_of_lines() -> None:
    text = (
        changed('"Test AG"', '""')
        .replace('"CH"\n', '"XX"\n')
        .replace("accredited = 3", "accredited = 0")
        .replace('"DE"', '"QQ"')
    )
    assert [(one.line, one.key) for one in problems_of(text)] == [
        (2, "issuer.name"),
        (3, "issuer.country"),
        (10, "claims.accredited"),
        (23, "classes[0].terms.groups[0].countries[1]"),
    ]


def test_parse__only_class_refused__does_not_also_say_that_there_is_none() -> None:
    assert [one.key for one in problems_of(changed('"SHR"', '"!"'))] == ["classes[0].symbol"]


def test_parse__wildcard_not_last__refused() -> None:
    text = changed('["CH", "DE"]', '"*"') + '\n[[classes.terms.groups]]\ncountries = ["FR"]\n'
    (problem,) = problems_of(text)
    assert problem.message == 'Only the last group may be for all other countries ("*").'


def test_parse__agents_with_delayed_issuer__refused() -> None:
    text = (
        "standard_faces = true\nerc3643_agents = true\n" + GOOD + f'[roles.issuer]\nholders = ["{BEN}"]\ndelay = 60\n'
    )
    (problem,) = problems_of(text)
    assert problem.message == "addAgent grants this role at once and without a delay."


def test_read__no_such_file__refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidPlan, match="cannot be read"):
        Plan.read(tmp_path / "plan.toml")


def test_invalid_plan__as_text__names_file_line_and_remedy() -> None:
    with pytest.raises(InvalidPlan) as refused:
        Plan.parse(changed("accredited = 3", "accredited = 32"), file="my.toml")
    assert str(refused.value) == (
        "my.toml, line 10: claims.accredited: 32 is above 31. Name each claim and give it a bit from 0 to 31, such as kyc = 0."
    )


def test_parse__least_plan__has_the_defaults() -> None:
    plan = Plan.parse(GOOD)
    (one,) = plan.classes
    assert (plan.payouts, plan.meetings, plan.standard_faces, plan.erc3643_agents, plan.chain_id) == (
        True,
        True,
        False,
        False,
        None,
    )
    assert (one.decimals, one.upgradeable, one.starts_paused, one.isin, one.documents) == (0, False, False, None, ())
    assert (one.terms.providers, one.terms.lapsed_may_sell) == (("issuer",), False)
    assert plan.text == GOOD


def test_plan__masks_and_groups__are_what_the_registry_keeps() -> None:
    plan = Plan.parse(GOOD + '[[classes.terms.groups]]\ncountries = "*"\nclaims = ["accredited", "kyc"]\n')
    assert plan.groups(plan.classes[0].terms) == [(0b0001, [276, 756]), (0b1001, [])]
    assert plan.provider_mask(["issuer"]) == 0b01
    assert plan.provider_mask(["issuer", "Verifier"]) == 0b11


def test_plan__claims_on_onchain_ids__are_the_last_provider() -> None:
    plan = Plan.parse(changed("[classes.terms]\n", '[classes.terms]\nproviders = ["onchain_ids"]\n') + adapter())
    assert plan.provider_names == ("issuer", "Verifier", "onchain_ids")
    assert plan.provider_mask(plan.classes[0].terms.providers) == 0b100
    assert plan.onchain_ids is not None
    assert plan.onchain_ids.max_age == 30 * 86_400


def test_plan__identifiers_with_good_check_digits__accepted() -> None:
    text = changed('"CH"\n', '"CH"\nlei = "529900T8BM49AURSDO55"\n').replace(
        '"Shares"', '"Shares"\nisin = "US0378331005"'
    )
    plan = Plan.parse(text)
    assert (plan.issuer.lei, plan.classes[0].isin) == ("529900T8BM49AURSDO55", "US0378331005")


def test_plan__rules__are_read_exactly() -> None:
    text = changed('"Shares"', '"Shares"\ndecimals = 2') + (
        "[classes.rules]\nholding_cap = { units = 1000.25, percent = 9.75 }\n"
        f'lockups = [{{ wallet = "{BEN}", units = "all", until = 2031-01-01T01:00:00+01:00 }}]\n'
        'flow_back = { until = "forever", pairs = [{ from = "*", to = "US" }] }\n'
    )
    one = Plan.parse(text).classes[0]
    cap, flow_back = one.rules.holding_cap, one.rules.flow_back
    assert cap is not None
    assert flow_back is not None
    assert (cap.units, one.units(cap.units), cap.bps) == (Decimal("1000.25"), 100_025, 975)
    assert (one.rules.lockups[0].until, one.units(one.rules.lockups[0].units)) == (1_924_992_000, 2**96 - 1)
    assert (flow_back.until, flow_back.pairs[0].source, flow_back.pairs[0].target) == (2**48 - 1, 0, 840)


def test_requirements__rules_of_the_plan__as_values_in_smallest_units() -> None:
    text = changed('"Shares"', '"Shares"\ndecimals = 2') + (
        '[classes.rules]\nminimum_units = 1.5\nholding_period = { days = 2, exempt = ["accredited"] }\n'
        'country_limits = [{ countries = ["DE", "CH"], without = ["accredited"], limit = 35 }]\n'
        'group_limits = [{ claims = ["kyc"], without = ["accredited"], limit = 9 }]\n'
        "[rules]\ninvestor_limit = 99\n"
    )
    wished = Plan.parse(text).requirements("SHR")
    assert (wished.rules.minimum_units, wished.issuer_rules.investor_limit) == (150, 99)
    assert wished.rules.holding_period == HoldingPeriod(seconds=172_800, exempt_claims=0b1000)
    assert wished.rules.country_limits == tuple(
        CountLimit(country=country, mask=0b1000, claims=0, limit=35) for country in (276, 756)
    )
    assert wished.rules.group_limits == (CountLimit(country=None, mask=0b1001, claims=1, limit=9),)
    assert wished.terms is not None
    assert wished.terms.required_of(276) == 1


def test_requirements__rule_contracts__as_wishes() -> None:
    wished = Plan.parse(
        GOOD
        + "[classes.rules]\nvesting = true\nvolume = { percent = 1, days = 90 }\napproval = { deemed_after_days = 30 }\n"
        + 'trading_hours = { utc_offset_minutes = 60, windows = [{ days = ["sun"], opens = 22:00:00, closes = 00:00:00 }] }\n'
        + f'sanctions = {{ oracle = "{BEN}" }}\n'
    ).requirements("SHR")
    assert wished.rules.external == (
        Vesting(),
        VolumeLimit(bps=100, window=90 * 86_400),
        TradingHours(utc_offset=3_600, windows=(TradingWindow(open=9_960, close=10_080),)),
        Approval(deemed_after=30 * 86_400),
        Sanctions(oracle=parse_address(BEN)),
    )


def test_findings__a_limit_that_counts_nobody__warned_of() -> None:
    plan = Plan.parse(GOOD + '[classes.rules]\ncountry_limits = [{ countries = ["US"], limit = 35 }]\n')
    (finding,) = plan.findings()["SHR"]
    assert "The terms admit nobody whom this limit counts" in str(finding)


def test_findings__share_cap_on_a_class_that_is_empty__warned_of() -> None:
    capped = Plan.parse(GOOD + "[classes.rules]\nholding_cap = { percent = 9.75 }\n")
    (finding,) = capped.findings()["SHR"]
    assert (finding.about, finding.severity) == ("rules.holding_cap.percent", Severity.WARNING)
    assert "Nothing can be issued" in finding.sentence
    assert not Plan.parse(GOOD + "[classes.rules]\nholding_cap = { percent = 100 }\n").findings()["SHR"]


def test_read__document_by_path__is_hashed_beside_the_plan(tmp_path: Path) -> None:
    (tmp_path / "articles.txt").write_text("Article 1", encoding="utf-8")
    path = tmp_path / "plan.toml"
    path.write_text(
        GOOD + '[[classes.documents]]\nname = "articles"\nuri = "ipfs://x"\nfile = "articles.txt"\n', encoding="utf-8"
    )
    plan = Plan.read(path)
    digest = hashlib.sha256(b"Article 1").digest()
    assert plan.classes[0].documents[0].hash == digest
    assert plan.file_hashes == {"articles.txt": digest}
    assert plan.classes[0].documents[0].key == b"articles".ljust(32, b"\0")


def test_read__example_plan__has_two_classes_of_the_example_company() -> None:
    plan = Plan.read(Path("deployments/plans/quillwater.toml"))
    assert plan.issuer.name == "Quillwater Instruments AG"
    assert [one.symbol for one in plan.classes] == ["QWO", "QWA"]


def test_docs__plan_page__is_what_the_model_gives() -> None:
    assert plan_keys.main(["--check"]) == 0
    page = plan_keys.PAGE.read_text(encoding="utf-8")
    for key in ("isin", "lei", "lockups", "grant_delay", "chain_id", "percent", "file", "from"):
        assert f"| `{key}` |" in page
    assert "`[[classes.rules.flow_back.pairs]]`" in page


def test_parse__guardian_of_the_issuer__needs_no_delay_for_it_cancels_what_resolutions_execute() -> None:
    plan = Plan.parse(GOOD + f'[roles.issuer]\nholders = ["{BEN}"]\nguardians = ["{CLO}"]\n')
    assert plan.roles.issuer.guardians == (CLO,)
