"""What payouts cost: declared, claimed, pushed, paid from a published list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from _gas.countries import GERMANY, SWITZERLAND, USA
from _gas.crowds import BATCH, DAY, crowd
from tokenkit._keccak import keccak
from tokenkit.ledger import Rate, TaxRow, TaxTable, merkle_tree
from tokenkit.payouts import NATIVE, Declaration, Offer, Options, Publication
from tokenkit.powers import Role
from tokenkit.types import address_from_bytes, parse_address

if TYPE_CHECKING:
    from _gas.scene import Scene
    from tokenkit.chain import Signer
    from tokenkit.ledger import MerkleTree
    from tokenkit.operation import Operation

AMOUNT = 10**12
LEAVES = 2**17
TAX_OFFICE = parse_address("0x00000000000000000000000000000000000007a1")
FIRST_LATER = 48
"""The payout of a class whose marks are beyond the slot in which an account has the first 47 (``Book.sol``)."""


class PayoutCosts:
    """Measures payouts of the class PLAIN, whose last record date has come and which has had no payout yet.

    Of its people, two hold 1,000 units each: one has the coin and one does not; both crowds hold 10^6 each, and one has the coin.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene, self.agent, self.gas = scene, scene.agent, scene.gas
        self.token, self.record_date = scene.plain.address, scene.dates[3]
        if scene.suite.payouts is None or scene.suite.merkle_payouts is None:
            raise RuntimeError("The plan leaves out payouts.")
        self.payouts, self.merkle = scene.suite.payouts, scene.suite.merkle_payouts
        self.ana, self.known, self.new = scene.people[0], scene.people[9], scene.people[10]
        self._last = 0

    def measure(self) -> None:
        """Measure everything; leaves the first three payouts."""
        self._prepare()
        self._usual()
        before = self.scene.chain.snapshot()
        self._declare_otherwise()
        self._claim_otherwise()
        self._push_otherwise()
        self._reinvest()
        self._native()
        self._list()
        self._many_payouts()
        self._settling()
        self.scene.chain.revert(before)

    def _prepare(self) -> None:
        """Give the coin to who is to know it, and units to both before the record dates."""
        scene = self.scene
        scene.coin_call("mint", self.agent.address, 10**15)
        scene.coin_call("approve", self.payouts.address, 10**15, signer=self.agent)
        for wallet in (*crowd("known"), self.known.address):
            scene.coin_call("mint", wallet, 1)
        for date in scene.dates[2:]:
            scene.chain.travel(to=date)
            if date != self.record_date:
                for holder in (self.known, self.new):
                    self._do(scene.plain.transfers.transfer(holder.address, 1_000), self.ana)

    def _usual(self) -> None:
        self.gas["declare_first"] = self._declared()
        self.gas["declare"] = [self._declared() for _ in range(2)][-1]
        self._do(self.payouts.claim(1), self.ana)
        self.gas["claim_new"] = self._do(self.payouts.claim(1), self.new)
        self.gas["claim"] = self._do(self.payouts.claim(1), self.known)
        self.gas["claim_second"] = self._do(self.payouts.claim(2), self.known)
        self.gas["push_new"] = self._do(self.payouts.push(2, crowd("crowd")), self.agent) // BATCH
        self.gas["push"] = self._do(self.payouts.push(3, crowd("known")), self.agent) // BATCH

    def _declare_otherwise(self) -> None:
        self.gas["declare_document"] = self._declared(document_hash=keccak(b"resolution"))
        self.gas["declare_taxed"] = self._declared(options=self._taxed())

    def _claim_otherwise(self) -> None:
        self._declared(options=self._taxed())
        self._do(self.payouts.claim(self._last), self.ana)
        self.gas["claim_taxed"] = self._do(self.payouts.claim(self._last), self.known)
        for _ in range(5):
            self._declared()
        five = range(self._last - 4, self._last + 1)
        for number in five:
            self._do(self.payouts.claim(number), self.ana)
        self.gas["claim_five"] = self._do(self.payouts.claim_many(five, holder=self.known.address), self.known)
        for key in ("claim_signed_first", "claim_signed"):
            self._declared()
            self._do(self.payouts.claim(self._last), self.ana)
            order = self.payouts.sign_claim(self.known, [self._last], deadline=self.scene.chain.now() + DAY)
            self.gas[key] = self._do(self.payouts.claim_signed(order), self.scene.deployer)

    def _reinvest(self) -> None:
        """Let the payouts contract issue, and its agent set a price."""
        for issuer in (self.payouts.address, self.agent.address):
            self._do(self.scene.suite.authority.grant(Role.ISSUER, issuer), self.scene.admin)
        self._do(self.payouts.set_reinvestment(self.token, on=True), self.known)
        self._declared(
            options=Options(offer=Offer(price=1_000, units=1, until=4_000_000_000, proceeds_to=self.agent.address))
        )
        self._do(self.payouts.claim(self._last), self.ana)
        self.gas["claim_reinvested"] = self._do(self.payouts.claim(self._last), self.known)

    def _push_otherwise(self) -> None:
        self._declared(options=self._taxed())
        self.gas["push_taxed"] = self._pushed("known")
        self._do(self.payouts.set_payee(self.token, self.agent.address), self.new)
        self._declared()
        self.gas["push_said"] = self._pushed("known")

    def _native(self) -> None:
        self.gas["native_declare"] = [self._declared(asset=NATIVE) for _ in range(2)][-1]
        number = self._last
        self._do(self.payouts.claim(number), self.ana)
        self.gas["native_claim"] = self._do(self.payouts.claim(number), self.known)
        self.gas["native_push_new"] = self._pushed("known")
        self._declared(asset=NATIVE)
        self.gas["native_push"] = self._pushed("known")

    def _list(self) -> None:
        """Publish one list twice: claims from the second ask the token. The first of each 256 leaves pays for their word."""
        self.scene.coin_call("approve", self.merkle.address, 10**15, signer=self.agent)
        people = {1: self.known, 2: self.new, 3: self.known, 256: self.known}
        tree = merkle_tree(
            (people[index].address if index in people else address_from_bytes(keccak(index.to_bytes(4))[-20:]), 1_000)
            for index in range(LEAVES)
        )
        opens = self.scene.chain.now() + 2 * DAY
        terms = Publication.of(
            tree,
            token=self.token,
            asset=self.scene.coin,
            record_date=self.record_date,
            opens=opens,
            deadline=opens + 30 * DAY,
            refund_to=self.agent.address,
            asks_token=False,
        )
        self.gas["publish"] = self._do(self.merkle.publish(terms, payer=self.agent.address), self.agent)
        self._do(self.merkle.publish(replace(terms, asks_token=True), payer=self.agent.address), self.agent)
        self.scene.chain.travel(to=opens)
        for number, key in enumerate(("merkle", "merkle_asked"), 1):
            self._listed(number, tree, 0)
            self._empty(self.new)
            self.gas[f"{key}_new"] = self._listed(number, tree, 2)
            self.gas[key] = self._listed(number, tree, 1)
        self.gas["merkle_word"] = self._listed(1, tree, 256)
        (page,) = self.merkle.claim_many(1, tree, range(1_024, 1_024 + BATCH), sender=self.agent.address)
        self.gas["merkle_many"] = self._do(page, self.agent) // BATCH

    def _empty(self, holder: Signer) -> None:
        """Let somebody give all of the coin away, which leaves it as new to the coin as it was."""
        coin = self.scene.coin_artifact
        question = coin.encode_call("balanceOf", [holder.address])
        (balance,) = coin.decode_result("balanceOf", self.scene.chain.call(self.scene.coin, question))
        self.scene.coin_call("transfer", self.agent.address, balance, signer=holder)

    def _many_payouts(self) -> None:
        while self._last < FIRST_LATER + 1:
            self._declared()
        for number, key in ((FIRST_LATER, "claim_later_first"), (FIRST_LATER + 1, "claim_later")):
            self._do(self.payouts.claim(number), self.ana)
            self.gas[key] = self._do(self.payouts.claim(number), self.known)

    def _settling(self) -> None:
        """Declare a payout before its record date: its very first claim settles who shares."""
        record_date = self.scene.chain.now() + DAY
        self._do(self.scene.plain.issuance.schedule_record_date(record_date), self.scene.issuer)
        self.gas["declare_ahead"] = self._declared(record_date=record_date, deadline=record_date + 90 * DAY)
        self.scene.chain.travel(to=record_date)
        self.gas["claim_settling"] = self._do(self.payouts.claim(self._last), self.known)

    def _declared(self, **changes: Any) -> int:  # noqa: ANN401 - the fields say
        terms: dict[str, Any] = {
            "token": self.token,
            "asset": self.scene.coin,
            "amount": AMOUNT,
            "record_date": self.record_date,
            "deadline": self.record_date + 90 * DAY,
            "refund_to": self.agent.address,
        }
        declaration = Declaration(**(terms | changes))
        self._last += 1
        return self._do(self.payouts.declare(declaration, payer=self.agent.address), self.agent)

    def _pushed(self, name: str) -> int:
        """Pay a crowd of the last payout declared."""
        return self._do(self.payouts.push(self._last, crowd(name)), self.agent) // BATCH

    def _listed(self, payout: int, tree: MerkleTree, index: int) -> int:
        """Pay a share of a list; anybody may send it."""
        return self._do(self.merkle.claim(payout, tree.leaf(index), tree.proof(index)), self.agent)

    def _taxed(self) -> Options:
        """Return a table of three rates, the last of which applies to everybody here."""
        rows = [
            TaxRow(country=country, rate=Rate(ppm=250_000, authority=TAX_OFFICE))
            for country in (SWITZERLAND, USA, GERMANY)
        ]
        return Options(taxes=TaxTable(rows=tuple(rows)))

    def _do(self, operation: Operation[Any], signer: Signer) -> int:
        return self.scene.do(operation, signer)
