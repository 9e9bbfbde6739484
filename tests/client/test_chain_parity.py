"""What a caller sees is the same on the embedded chain, over JSON-RPC, and on anvil."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.client.chain_probe import (
    COUNT,
    DEVOUR,
    ECHO,
    HALT,
    INIT_CODE,
    ONCE,
    REFUSE,
    REGISTRY,
    WHERE,
    TooMany,
    counted,
    refusal,
)

from tokenkit.chain import MAX_TRANSACTION_GAS, Transaction, decoding
from tokenkit.errors import (
    InvalidInput,
    OutOfGas,
    Panic,
    ReadOnly,
    Reverted,
    RevertReason,
    TransactionPending,
    TransactionRejected,
    UnknownRevert,
)
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tests.client.conftest import Stage

LIMIT = 7
OUTSIDER = "0x00000000000000000000000000000000DeaDBeef"
REFUSALS = {
    "custom": (refusal(("address", "uint256"), OUTSIDER, LIMIT, selector=TooMany.selector), TooMany),
    "reason": (refusal(("string",), "too late", selector=RevertReason.selector), RevertReason),
    "reason like bytes": (refusal(("string",), "b'\\x01'", selector=RevertReason.selector), RevertReason),
    "panic": (refusal(("uint256",), 0x11, selector=Panic.selector), Panic),
    "unknown panic": (refusal(("uint256",), 0x99, selector=Panic.selector), Panic),
    "empty": (REFUSE, UnknownRevert),
    "foreign": (REFUSE + b"\xde\xad\xbe\xef\x01", UnknownRevert),
    "halt": (HALT, UnknownRevert),
    "out of gas": (DEVOUR, OutOfGas),
}
FIELDS: dict[str, dict[str, object]] = {
    "custom": {"account": OUTSIDER, "limit": LIMIT},
    "reason": {"reason": "too late"},
    "reason like bytes": {"reason": "b'\\x01'"},
    "panic": {"code": 0x11},
    "unknown panic": {"code": 0x99},
}


@pytest.fixture(autouse=True)
def known_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_suite_errors", lambda: REGISTRY)


@pytest.mark.parametrize("case", REFUSALS)
def test_call__contract_refuses__typed_error_with_fields(stage: Stage, case: str) -> None:
    data, kind = REFUSALS[case]

    with reverts(kind, **FIELDS.get(case, {})) as refused:
        stage.chain.call(stage.probe, data, sender=stage.ana.address)

    assert isinstance(refused.error, Reverted)
    assert refused.error.contract == stage.probe
    assert refused.error.data == (b"" if case in ("halt", "out of gas") else data[1:])


@pytest.mark.parametrize("case", REFUSALS)
def test_send__contract_refuses__typed_error_and_nothing_mined(stage: Stage, case: str) -> None:
    data, kind = REFUSALS[case]
    height = stage.chain.block().number

    with reverts(kind, **FIELDS.get(case, {})) as refused:
        stage.chain.send(Transaction(to=stage.probe, data=data), stage.ana)

    assert isinstance(refused.error, Reverted)
    assert refused.error.transaction is None
    assert stage.chain.block().number == height


@pytest.mark.parametrize("case", ["custom", "panic", "empty", "out of gas"])
def test_estimate__contract_refuses__typed_error(stage: Stage, case: str) -> None:
    data, kind = REFUSALS[case]

    with reverts(kind, **FIELDS.get(case, {})):
        stage.chain.estimate(Transaction(to=stage.probe, data=data), stage.ana.address)


def test_send__constructor_refuses__typed_error(stage: Stage) -> None:
    with reverts(UnknownRevert):
        stage.chain.send(Transaction(to=None, data=bytes.fromhex("5f5ffd")), stage.ana)


def test_send__no_signer__read_only(stage: Stage) -> None:
    with reverts(ReadOnly):
        stage.chain.send(Transaction(to=stage.probe, data=COUNT), None)


def test_send__more_gas_than_any_transaction_may_have__rejected(stage: Stage) -> None:
    with pytest.raises(TransactionRejected, match="16,777,216"):
        stage.chain.send(Transaction(to=stage.probe, data=COUNT, gas=MAX_TRANSACTION_GAS + 1), stage.ana)


def test_send__too_little_gas__out_of_gas(stage: Stage) -> None:
    with reverts(OutOfGas):
        stage.chain.send(Transaction(to=stage.probe, data=COUNT, gas=30_000), stage.ana)


def test_send__more_value_than_owned__rejected(stage: Stage) -> None:
    with reverts(TransactionRejected):
        stage.chain.send(Transaction(to=stage.probe, data=ECHO, value=10**30), stage.ana)


def test_broadcast__nonce_used__rejected(stage: Stage) -> None:
    transaction = Transaction(to=stage.probe, data=COUNT)
    signed = stage.ana.sign_transaction(stage.chain.prepare(transaction, stage.ana.address))
    stage.chain.send(transaction, stage.ana)

    with reverts(TransactionRejected):
        stage.chain.broadcast(signed)


def test_block__not_there_yet__invalid_input(stage: Stage) -> None:
    with reverts(InvalidInput):
        stage.chain.block(stage.chain.block().number + 1)


def test_receipt__unknown_hash__none(stage: Stage) -> None:
    assert stage.chain.receipt("0x" + "ab" * 32) is None


def test_call__at_latest__sees_time_number_and_caller(stage: Stage) -> None:
    answer = stage.chain.call(stage.probe, WHERE, sender=stage.ben.address)

    block = stage.chain.block()
    assert (counted(answer[:32]), counted(answer[32:64])) == (block.timestamp, block.number)
    assert answer[64:].hex()[24:] == stage.ben.address[2:].lower()


def test_call__at_an_old_block__old_state(stage: Stage) -> None:
    first = stage.chain.send(Transaction(to=stage.probe, data=COUNT), stage.ana)
    stage.chain.send(Transaction(to=stage.probe, data=COUNT), stage.ana)

    assert counted(stage.chain.call(stage.probe, COUNT)) == 3
    assert counted(stage.chain.call(stage.probe, COUNT, block=first.block_number)) == 2


def test_call__no_code_there__empty(stage: Stage) -> None:
    assert stage.chain.call(stage.ben.address, COUNT) == b""
    assert stage.chain.code(stage.ben.address) == b""
    assert len(stage.chain.code(stage.probe)) == len(INIT_CODE) - 10


def test_call__changes_nothing(stage: Stage) -> None:
    stage.chain.call(stage.probe, COUNT)

    assert counted(stage.chain.call(stage.probe, COUNT)) == 1


def test_batch_call__some_refuse__each_in_its_place(stage: Stage) -> None:
    custom, _ = REFUSALS["custom"]

    answers = stage.chain.batch_call([(stage.probe, ECHO), (stage.probe, custom), (stage.probe, COUNT)] * 50)

    assert len(answers) == 150
    assert answers[0] == ECHO
    assert isinstance(answers[1], TooMany)
    assert answers[1].limit == LIMIT
    assert counted(answers[2] if isinstance(answers[2], bytes) else b"") == 1


def test_send__accepted__receipt_log_and_output(stage: Stage) -> None:
    receipt = stage.chain.send(Transaction(to=stage.probe, data=COUNT), stage.ben)

    block = stage.chain.block()
    (log,) = receipt.logs
    assert receipt.status == 1
    assert (receipt.block_number, receipt.block_hash) == (block.number, block.hash)
    assert receipt.contract_address is None
    assert counted(receipt.output or b"") == 1
    assert log.address == stage.probe
    assert log.topics == (f"0x{7:064x}", f"0x{stage.ben.address[2:].lower():0>64}")
    assert counted(log.data) == 1
    assert (log.block_number, log.block_hash, log.log_index) == (block.number, block.hash, 0)
    assert log.transaction_hash == receipt.transaction_hash
    assert log.block_timestamp == block.timestamp
    assert stage.chain.wait(receipt.transaction_hash).logs == receipt.logs


def test_estimate__accepted__enough_and_no_more(stage: Stage) -> None:
    transaction = Transaction(to=stage.probe, data=COUNT)

    gas = stage.chain.estimate(transaction, stage.ana.address)

    receipt = stage.chain.send(Transaction(to=stage.probe, data=COUNT, gas=gas), stage.ana)
    assert receipt.gas_used == gas


def test_prepare__signed_elsewhere__can_be_broadcast(stage: Stage) -> None:
    unsigned = stage.chain.prepare(Transaction(to=stage.probe, data=COUNT), stage.ben.address)

    receipt = stage.chain.broadcast(stage.ben.sign_transaction(unsigned))

    assert receipt.status == 1
    assert unsigned["chainId"] == stage.chain.chain_id


def test_send__on_signed__told_before_it_leaves(stage: Stage) -> None:
    told: list[tuple[str, bytes, int]] = []

    receipt = stage.chain.send(
        Transaction(to=stage.probe, data=COUNT),
        stage.ana,
        on_signed=lambda known, signed: told.append((known, signed, stage.chain.block().number)),
    )

    assert [(known, height) for known, _, height in told] == [(receipt.transaction_hash, receipt.block_number - 1)]


def test_logs__by_address_topics_and_blocks__in_order(stage: Stage) -> None:
    receipts = [stage.chain.send(Transaction(to=stage.probe, data=COUNT), who) for who in (stage.ana, stage.ben) * 2]
    topic = receipts[1].logs[0].topics[1]

    everything = stage.chain.logs([stage.probe])

    assert [counted(log.data) for log in everything] == [1, 2, 3, 4]
    assert stage.chain.logs([stage.probe], (None, topic)) == [everything[1], everything[3]]
    assert stage.chain.logs([stage.probe], ([topic, f"0x{7:064x}"],)) == everything
    assert stage.chain.logs([stage.probe], (topic,)) == []
    assert stage.chain.logs([stage.ana.address]) == []
    second, third = receipts[1].block_number, receipts[2].block_number
    assert stage.chain.logs([stage.probe], (), second, third) == everything[1:3]


def test_travel__to_a_second__next_transaction_right_after(stage: Stage) -> None:
    target = stage.chain.now() + 86_400

    stage.clock.travel(to=target)

    assert stage.chain.now() == target
    receipt = stage.chain.send(Transaction(to=stage.probe, data=COUNT), stage.ana)
    assert stage.chain.block(receipt.block_number).timestamp == target + 1


def test_travel__next_transaction_at__exactly_then(stage: Stage) -> None:
    target = stage.chain.now() + 86_400

    next_transaction_at(stage.clock, target)

    receipt = stage.chain.send(Transaction(to=stage.probe, data=WHERE), stage.ana)
    assert counted((receipt.output or b"")[:32]) == target
    assert stage.chain.block().timestamp == target


def test_travel__into_the_past__refused(stage: Stage) -> None:
    with pytest.raises(InvalidInput, match="cannot run back"):
        stage.clock.travel(to=stage.clock.now() - 1)
    with pytest.raises(InvalidInput, match="either"):
        stage.clock.travel()


def test_revert__snapshot__state_time_logs_and_receipts_undone_again_and_again(stage: Stage) -> None:
    before, height = stage.clock.snapshot(), stage.chain.block()

    for _ in range(3):
        receipt = stage.clock.send(Transaction(to=stage.probe, data=COUNT), stage.ana)
        assert counted(receipt.output or b"") == 1
        stage.clock.travel(by=1000)
        stage.clock.revert(before)

        assert stage.chain.block() == height
        assert stage.chain.logs([stage.probe]) == []
        assert stage.chain.receipt(receipt.transaction_hash) is None


def test_revert__snapshot_of_another_chain__refused(stage: Stage) -> None:
    earlier = stage.clock.snapshot()
    stage.clock.mine(2)
    later = stage.clock.snapshot()
    stage.clock.revert(earlier)

    with reverts(InvalidInput):
        stage.clock.revert(later)


def test_send__once_only__second_is_refused(stage: Stage) -> None:
    stage.chain.send(Transaction(to=stage.probe, data=ONCE), stage.ana)

    with reverts(UnknownRevert):
        stage.chain.send(Transaction(to=stage.probe, data=ONCE), stage.ana)


def test_balance__value_sent__moves(stage: Stage) -> None:
    before = stage.chain.balance(stage.probe)

    stage.chain.send(Transaction(to=stage.probe, data=ECHO, value=5), stage.ana)

    assert stage.chain.balance(stage.probe) == before + 5


def test_wait__never_sent__pending_with_its_hash(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.chain, "_patience", 0.01, raising=False)
    unknown = "0x" + "cd" * 32

    with reverts(TransactionPending, transaction=unknown):
        stage.chain.wait(unknown)
