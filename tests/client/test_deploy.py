"""Deployments: complete, continued after every interruption, refused where they would go wrong."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, repeat
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.client.faulty_chain import FaultyChain, Killed, Moment
from tests.client.test_plan import GOOD

from tokenkit._blueprint.create import created_address, nonce_of
from tokenkit._blueprint.parts import parts
from tokenkit.artifacts import load, read
from tokenkit.chain import LocalChain, LocalSigner, Transaction
from tokenkit.deploy import Progress, deploy
from tokenkit.errors import DeployError, InvalidRecord, PlanChanged, ReadOnly, Reverted, TransactionRejected, WrongChain
from tokenkit.external import VolumeLimit
from tokenkit.plan import Plan
from tokenkit.powers import Role
from tokenkit.record import Record
from tokenkit.suite import Suite
from tokenkit.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit.chain import Chain

EXAMPLE = Path("deployments/plans/quillwater.toml")
SMALL = "payouts = false\nmeetings = false\n" + GOOD
EVERYTHING = (
    "attestations = true\n"
    + GOOD.replace('"Shares"', '"Shares"\ndecimals = 2\nupgradeable = true\nstarts_paused = true')
    + """
[classes.rules]
holding_cap = { units = 1000.25, percent = 50 }
investor_limit = 10
minimum_investors = 2
country_limits = [{ countries = ["DE", "AT"], without = ["accredited"], limit = 4 }]
group_limits = [{ claims = ["kyc"], without = ["accredited"], limit = 5 }, { country = "CH", claims = ["kyc"], limit = 6 }]
minimum_units = 10.5
whole_position = true
authorised_units = 5000
vesting = true
volume = { percent = 1, days = 90 }
spenders = { allowed = ["0x1efF47bc3a10a45D4B230B5d10E37751FE6AA718"] }
holding_period = { days = 365, exempt = ["accredited"] }
lockups = [{ wallet = "0x1efF47bc3a10a45D4B230B5d10E37751FE6AA718", units = "all", until = 2031-01-01T00:00:00Z }]
flow_back = { until = "forever", pairs = [{ from = "*", to = "US" }] }

[classes.rules.trading_hours]
utc_offset_minutes = 60
windows = [
    { days = ["mon", "tue", "wed", "thu", "fri"], opens = 09:00:00, closes = 17:30:00 },
    { days = ["sat"], opens = 22:00:00, closes = 00:00:00 },
]
blackouts = [
    { starts = 2031-12-24T00:00:00Z, ends = 2031-12-27T00:00:00Z, every_days = 365 },
    { starts = 2031-06-01T00:00:00Z, ends = 2031-06-02T00:00:00Z },
]

[classes.rules.approval]
deemed_after_days = 90
exempt = ["accredited"]

[[classes.documents]]
name = "articles"
uri = "ipfs://articles"
keccak256 = "0xabababababababababababababababababababababababababababababababab"

[rules]
holding_cap = { units = 2000 }
investor_limit = 20
group_limits = [{ without = ["accredited"], limit = 7 }]
deny_list = { wallets = ["0x1efF47bc3a10a45D4B230B5d10E37751FE6AA718"], reason = "Sanctioned" }

[roles.enforcement]
holders = ["0xE57bFE9F44b819898F47BF37E5AF72a0783e1141", "0xe1AB8145F7E55DC933d51a18c793F901A3A0b276"]
delay = 3600
grant_delay = 86400
guardians = ["0x1efF47bc3a10a45D4B230B5d10E37751FE6AA718"]
"""
)


@pytest.fixture
def chain() -> LocalChain:
    return LocalChain(accounts=10)


@pytest.fixture
def plan() -> Plan:
    return Plan.parse(SMALL)


def nonce(chain: LocalChain, number: int = 9) -> int:
    account = chain.accounts[number].address
    return int(chain.prepare(Transaction(to=account, gas=21_000), account)["nonce"])


def run_until_complete(plan: Plan, chain: LocalChain, moments: Iterable[Moment], path: Path) -> tuple[Record, int]:
    """Start the deployment again whenever it was killed; return the record and how often that was."""
    faulty = cast("Chain", FaultyChain(chain, iter(moments)))
    for killed in range(1000):
        try:
            return deploy(plan, faulty, chain.accounts[9], record_path=path), killed
        except Killed:
            pass
    raise AssertionError("the deployment does not get on")


def test_deploy__no_signer__refused(chain: LocalChain, plan: Plan) -> None:
    with pytest.raises(ReadOnly):
        deploy(plan, chain, None)


def test_deploy__plan_for_another_chain__refused_and_nothing_sent(chain: LocalChain) -> None:
    with pytest.raises(WrongChain) as refused:
        deploy(Plan.parse("chain_id = 5\n" + GOOD), chain, chain.accounts[9])
    assert (refused.value.expected, refused.value.actual) == (5, 1337)
    assert chain.block().number == 0


@pytest.mark.parametrize(
    "rule",
    [
        'lockups = [{ wallet = "0x1efF47bc3a10a45D4B230B5d10E37751FE6AA718", units = 1, until = 2029-12-31T00:00:00Z }]',
        'flow_back = { until = 2029-12-31T00:00:00Z, pairs = [{ from = "CH", to = "US" }] }',
    ],
)
def test_deploy__rule_that_is_over__refused_and_nothing_sent(rule: str, chain: LocalChain) -> None:
    with pytest.raises(DeployError, match="ends 2029-12-31"):
        deploy(Plan.parse(f"{GOOD}[classes.rules]\n{rule}\n"), chain, chain.accounts[9])
    assert chain.block().number == 0


def test_deploy__plan_changed__refused_with_the_difference(chain: LocalChain, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    with pytest.raises(Killed):
        deploy(plan, cast("Chain", FaultyChain(chain, iter(["before"]))), chain.accounts[9], record_path=path)
    with pytest.raises(PlanChanged) as refused:
        deploy(Plan.parse(SMALL.replace('"DE"', '"FR"')), chain, chain.accounts[9], record_path=path)
    assert refused.value.difference[-2:] == ('-countries = ["CH", "DE"]', '+countries = ["CH", "FR"]')
    assert chain.block().number == 0


def test_deploy__document_changed_behind_the_plan__refused(chain: LocalChain, tmp_path: Path) -> None:
    paper, file, path = tmp_path / "a.txt", tmp_path / "plan.toml", tmp_path / "record.toml"
    paper.write_text("one", encoding="utf-8")
    file.write_text(GOOD + '[[classes.documents]]\nname = "a"\nuri = "u:x"\nfile = "a.txt"\n', encoding="utf-8")
    with pytest.raises(Killed):
        deploy(
            Plan.read(file), cast("Chain", FaultyChain(chain, iter(["before"]))), chain.accounts[9], record_path=path
        )
    paper.write_text("two", encoding="utf-8")
    with pytest.raises(PlanChanged) as refused:
        deploy(Plan.read(file), chain, chain.accounts[9], record_path=path)
    assert refused.value.difference == ("a.txt: the document itself has changed",)


def test_deploy__comment_changed__goes_on(chain: LocalChain, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    with pytest.raises(Killed):
        deploy(plan, cast("Chain", FaultyChain(chain, iter(["pass", "before"]))), chain.accounts[9], record_path=path)
    assert deploy(Plan.parse(SMALL + "# later\n"), chain, chain.accounts[9], record_path=path).complete


def test_deploy__another_signer__refused(chain: LocalChain, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    with pytest.raises(Killed):
        deploy(plan, cast("Chain", FaultyChain(chain, iter(["pass", "before"]))), chain.accounts[9], record_path=path)
    with pytest.raises(DeployError, match=f"begun by {chain.accounts[9].address}, not by {chain.accounts[8].address}"):
        deploy(plan, chain, chain.accounts[8], record_path=path)


def test_deploy__other_contracts_than_begun_with__refused(chain: LocalChain, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    with pytest.raises(Killed):
        deploy(plan, cast("Chain", FaultyChain(chain, iter(["pass", "before"]))), chain.accounts[9], record_path=path)
    record = Record.read(path)
    replace(record, build=replace(record.build, tokenkit="0.0.9", artifacts={"AccessManager": "0x00"})).write(path)
    with pytest.raises(DeployError, match=r"begun with the contracts of tokenkit 0\.0\.9"):
        deploy(plan, chain, chain.accounts[9], record_path=path)


def test_deploy__record_of_another_chain__refused(chain: LocalChain, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    deploy(plan, chain, chain.accounts[9], record_path=path)
    with pytest.raises(WrongChain):
        deploy(plan, LocalChain(accounts=10, chain_id=5), chain.accounts[9], record_path=path)
    with pytest.raises(InvalidRecord, match="no code: the chain was started anew"):
        deploy(plan, LocalChain(accounts=10), chain.accounts[9], record_path=path)


def test_deploy__unreadable_record__refused(chain: LocalChain, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(InvalidRecord):
        deploy(plan, chain, chain.accounts[9], record_path=path)
    assert chain.block().number == 0


def test_deploy__contract_refuses__typed_error_and_the_record_stays_good(chain: LocalChain, tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    plan = Plan.parse(SMALL)
    faulty = FaultyChain(chain, repeat("pass"))
    refusing = cast("Chain", _Refusing(faulty, after=5))
    with pytest.raises(Reverted):
        deploy(plan, refusing, chain.accounts[9], record_path=path)
    assert len(Record.read(path).steps) == 5
    assert verify(deploy(plan, chain, chain.accounts[9], record_path=path), chain).ok


class _Refusing:
    def __init__(self, chain: FaultyChain, *, after: int) -> None:
        self._chain, self._left = chain, after

    def __getattr__(self, name: str) -> object:
        return getattr(self._chain, name)

    def send(self, *args: object, **options: object) -> object:
        self._left -= 1
        if self._left < 0:
            raise Reverted
        return self._chain.send(*args, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", [GOOD, EVERYTHING, EXAMPLE.read_text(encoding="utf-8")], ids=["least", "everything", "example"]
)
def test_deploy__plan__is_what_verify_finds(text: str, chain: LocalChain, tmp_path: Path) -> None:
    plan, path = Plan.parse(text), tmp_path / "record.toml"
    record = deploy(plan, chain, chain.accounts[9], record_path=path)
    found = verify(Record.read(path), chain)
    assert found.differences == ()
    assert found.checked > 100
    assert record.complete
    assert Record.read(path).to_toml() == record.to_toml()
    assert max(step.gas_used for step in record.steps) < 16_777_216


def test_deploy__rule_contracts__obeyed_and_a_change_is_found(chain: LocalChain) -> None:
    admin, officer, blocked = (one.address for one in chain.accounts[:3])
    creation = read(Path("tests/artifacts/SanctionsOracleStub.json")).encode_constructor([])
    oracle = chain.send(Transaction(to=None, data=creation), chain.accounts[0]).contract_address
    rules = (
        f'sanctions = {{ oracle = "{oracle}" }}\n'
        "vesting = true\nvolume = { percent = 1, units = 500, days = 90 }\n"
        f'spenders = {{ blocked = ["{blocked}"] }}\n'
        "trading_hours = { blackouts = [{ starts = 2031-06-01T00:00:00Z, ends = 2031-06-02T00:00:00Z }] }\n"
    )
    plan = Plan.parse(
        f'{SMALL}[classes.rules]\n{rules}[roles.compliance]\nholders = ["{officer}"]\n'
        f'[roles.issuer]\nholders = ["{admin}"]\n'
    )
    record = deploy(plan, chain, chain.accounts[9])
    suite, token, signer = Suite.open(record, chain), record.token("SHR"), chain.accounts[1]
    assert verify(record, chain).differences == ()

    external = suite.external
    assert external.vesting is not None
    assert external.volume is not None
    assert external.spenders is not None
    assert external.trading_hours is not None
    assert external.sanctions is not None
    assert external.approval is None
    assert external.sanctions.oracle(token) == oracle
    assert external.volume.show(token) == VolumeLimit(units=500, bps=100, window=90 * 86_400)
    assert [external.spenders.may_spend(token, account) for account in (officer, blocked)] == [True, False]

    external.volume.limit(token, units=600, window=60).send(signer)
    external.spenders.set_others(token, allowed=False).send(signer)
    external.trading_hours.set_blackouts(token, ()).send(signer)
    suite.rulebook.remove(token, external.vesting.address).send(signer)
    others = (external.volume, external.spenders, external.trading_hours, external.sanctions)
    obeyed = sorted(rule.address for rule in others)
    assert [(one.subject, one.actual) for one in verify(record, chain).differences] == [
        ("volume rule: limitOf SHR", "(600, 0, 60)"),
        ("trading hours rule: blackoutsOf SHR", "[]"),
        ("spenders rule: otherSpendersAllowed SHR", "False"),
        ("rulebook: external rules of SHR", ", ".join(obeyed)),
    ]


def test_deploy__without_record_file__returns_the_record(chain: LocalChain, plan: Plan) -> None:
    record = deploy(plan, chain, chain.accounts[9])
    assert verify(record, chain).ok


def test_deploy__deployer__ends_without_any_role(chain: LocalChain) -> None:
    record = deploy(Plan.parse(EVERYTHING), chain, chain.accounts[9])
    manager = load("AccessManager")
    for role in Role:
        answer = chain.call(
            record.address("manager"), manager.encode_call("hasRole", [int(role), chain.accounts[9].address])
        )
        assert manager.decode_result("hasRole", answer)[0] is False


def test_deploy__deployer_is_the_admin__keeps_the_role_with_its_delay(chain: LocalChain) -> None:
    admin = chain.accounts[0]  # as in the plan
    plan = Plan.parse(
        GOOD.replace(f'address = "{admin.address}"', f'address = "{admin.address}"\ndelay = 60\ntarget_delay = 120')
    )
    record = deploy(plan, chain, admin)
    found = verify(record, chain)
    assert found.differences == ()
    manager = load("AccessManager")
    answer = chain.call(record.address("manager"), manager.encode_call("hasRole", [0, admin.address]))
    assert manager.decode_result("hasRole", answer) == (True, 60)
    assert any(
        "delay of changes to the powers over registry becomes 120 seconds" in warning for warning in found.warnings
    )


def test_deploy__agents__can_be_added_by_the_admin(chain: LocalChain) -> None:
    plan = Plan.parse("standard_faces = true\nerc3643_agents = true\n" + GOOD)
    record = deploy(plan, chain, chain.accounts[9])
    assert verify(record, chain).differences == ()
    token = load("SecurityToken")
    agent = chain.accounts[5].address
    chain.send(Transaction(to=record.token("SHR"), data=token.encode_call("addAgent", [agent])), chain.accounts[0])
    answer = chain.call(record.token("SHR"), token.encode_call("isAgent", [agent]))
    assert token.decode_result("isAgent", answer) == (True,)
    assert [one.subject for one in verify(record, chain).differences] == [f"issuer: {agent}", f"enforcement: {agent}"]


def test_deploy__again__sends_nothing(chain: LocalChain, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    first = deploy(plan, chain, chain.accounts[9], record_path=path)
    block = chain.block().number
    again = deploy(plan, chain, chain.accounts[9], record_path=path)
    assert chain.block().number == block
    assert again.to_toml() == first.to_toml()


def test_deploy__progress__counts_every_step_once(chain: LocalChain, plan: Plan) -> None:
    seen: list[Progress] = []
    deploy(plan, chain, chain.accounts[9], progress=seen.append)
    names = [part.name for part in parts(plan)]
    assert [step.name for step in seen] == names
    assert [(step.position, step.total) for step in seen] == [(at, len(names)) for at in range(1, len(names) + 1)]
    assert not any(step.done_before for step in seen)


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        (SMALL, repeat("signed")),
        (SMALL, repeat("sent")),
        (EVERYTHING, cycle(["before", "signed", "sent", "pass"])),
    ],
    ids=["signed", "sent", "mixed"],
)
def test_deploy__killed_at_every_transaction__ends_with_one_suite(
    text: str, moments: Iterable[Moment], chain: LocalChain, tmp_path: Path
) -> None:
    plan = Plan.parse(text)
    record, killed = run_until_complete(plan, chain, moments, tmp_path / "record.toml")
    steps = len(list(parts(plan)))
    assert killed >= steps // 2
    assert nonce(chain) == steps == chain.block().number  # one transaction a step: nothing was created twice
    assert all(step.status == "done" and not step.signed for step in record.steps)
    assert verify(record, chain).differences == ()


def test_deploy__transaction_lost_by_the_node__is_sent_again_as_it_was(
    chain: LocalChain, plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "record.toml"
    with pytest.raises(Killed):
        deploy(plan, cast("Chain", FaultyChain(chain, iter(["signed"]))), chain.accounts[9], record_path=path)
    (step,) = Record.read(path).steps
    record = deploy(plan, chain, chain.accounts[9], record_path=path)
    assert record.contract("manager").transaction == step.transaction


def test_deploy__record_restored_from_an_older_copy__repeats_no_act(chain: LocalChain, tmp_path: Path) -> None:
    plan, path = Plan.parse(EVERYTHING), tmp_path / "record.toml"
    record = deploy(plan, chain, chain.accounts[9], record_path=path)
    acts = [step for step in record.steps if not step.name.startswith("create ")]
    replace(record, complete=False, steps=tuple(step for step in record.steps if step not in acts)).write(path)
    again = deploy(plan, chain, chain.accounts[9], record_path=path)
    assert nonce(chain) == len(record.steps)
    assert [step.name for step in again.steps] == [step.name for step in record.steps]
    assert verify(again, chain).ok


def test_deploy__nonce_used_by_another_transaction__step_is_taken_anew(
    chain: LocalChain, plan: Plan, tmp_path: Path
) -> None:
    path, deployer = tmp_path / "record.toml", chain.accounts[9]
    with pytest.raises(Killed):
        deploy(plan, cast("Chain", FaultyChain(chain, iter(["signed"]))), deployer, record_path=path)
    chain.send(Transaction(to=deployer.address), deployer)
    record = deploy(plan, chain, deployer, record_path=path)
    assert nonce(chain) == len(record.steps) + 1
    assert verify(record, chain).ok


def test_deploy__node_forgot_the_transaction__contract_is_found_where_it_must_be(
    chain: LocalChain, plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "record.toml"
    with pytest.raises(Killed):
        deploy(plan, cast("Chain", FaultyChain(chain, iter(["sent"]))), chain.accounts[9], record_path=path)
    forgetful = cast("Chain", _Forgetful(chain, Record.read(path).steps[0].transaction))
    record = deploy(plan, forgetful, chain.accounts[9], record_path=path)
    assert record.address("manager") == created_address(chain.accounts[9].address, 0)
    assert nonce(chain) == len(record.steps)
    assert verify(record, chain).ok


class _Forgetful:
    """Knows the state, but not one of the transactions."""

    def __init__(self, chain: LocalChain, forgotten: str) -> None:
        self._chain, self._forgotten = chain, forgotten

    def __getattr__(self, name: str) -> object:
        return getattr(self._chain, name)

    def receipt(self, transaction_hash: str) -> object:
        return None if transaction_hash == self._forgotten else self._chain.receipt(transaction_hash)


def test_deploy__resent_transaction_rejected__another_takes_its_place(
    chain: LocalChain, plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "record.toml"
    with pytest.raises(Killed):
        deploy(plan, cast("Chain", FaultyChain(chain, iter(["signed"]))), chain.accounts[9], record_path=path)
    record = deploy(plan, cast("Chain", _Cheap(chain)), chain.accounts[9], record_path=path)
    assert nonce(chain) == len(record.steps)
    assert verify(record, chain).ok


def test_deploy__account_without_money__refused_and_the_record_stays_good(tmp_path: Path) -> None:
    chain, path = LocalChain(accounts=1), tmp_path / "record.toml"
    poor = LocalSigner.from_key("12" * 32)
    with pytest.raises(TransactionRejected):
        deploy(Plan.parse(SMALL), chain, poor, record_path=path)
    chain.send(Transaction(to=poor.address, value=10**19), chain.accounts[0])
    assert verify(deploy(Plan.parse(SMALL), chain, poor, record_path=path), chain).ok


class _Cheap:
    """Takes no transaction signed before: its fee is too low by now."""

    def __init__(self, chain: LocalChain) -> None:
        self._chain = chain

    def __getattr__(self, name: str) -> object:
        return getattr(self._chain, name)

    def broadcast(self, signed: bytes) -> object:
        raise TransactionRejected("max fee per gas less than block base fee")


@given(number=st.integers(0, 2**64 - 2), chain_id=st.integers(1, 2**63), legacy=st.booleans())
def test_nonce_of__signed_transaction__is_its_nonce(number: int, chain_id: int, legacy: bool) -> None:
    signer = _SIGNER
    fees: dict[str, int | str] = (
        {"gasPrice": 1} if legacy else {"type": 2, "maxFeePerGas": 1, "maxPriorityFeePerGas": 1}
    )
    signed = signer.sign_transaction(
        {"chainId": chain_id, "nonce": number, "value": 0, "data": "0x" + "00" * 300, "gas": 1, **fees}
    )
    assert nonce_of(signed) == number


_SIGNER = LocalChain(accounts=1).accounts[0]
