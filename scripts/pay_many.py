"""Pay many holders on anvil, and kill the job with SIGKILL on the way: prints what it took and whether everybody was paid once.

python scripts/pay_many.py                       10,000 holders, killed five times
python scripts/pay_many.py --holders 500 --kills 2
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from tokenkit._keccak import keccak
from tokenkit.artifacts import load
from tokenkit.chain import MAX_TRANSACTION_GAS, AnvilChain, AnvilNode, LocalSigner, RpcChain, Transaction
from tokenkit.deploy import deploy
from tokenkit.issuance import Allotment
from tokenkit.payouts import Declaration, PushJob
from tokenkit.plan import Plan
from tokenkit.record import Record
from tokenkit.registry import Facts
from tokenkit.suite import Suite
from tokenkit.testing import PLAN, People
from tokenkit.types import Address, parse_address

AMOUNT, DAY = 10**15 + 7, 86_400


def main() -> int:
    """Play it, and say what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--holders", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", nargs=3, metavar=("URL", "RECORD", "JOB"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        return work(*given.work)
    with AnvilNode() as node, tempfile.TemporaryDirectory() as folder:
        found = play(node.url, Path(folder), holders=given.holders, kills=given.kills, seed=given.seed)
    print(json.dumps(found, indent=2))
    return 0 if found["paid once, in full"] and not found["differences"] else 1


def work(url: str, record: str, job: str) -> int:
    """Be the job's process, until it is done or killed."""
    chain = RpcChain(url, poll=0.01)
    suite, signer = Suite.open(Record.read(record), chain), LocalSigner.from_environment()
    if suite.payouts is None:
        raise SystemExit("The plan leaves out payouts.")
    with PushJob(suite.payouts, 1, job, chain=chain) as paying:
        paying.run(signer, progress=lambda state: print(state.pages, flush=True))
    return 0


def play(url: str, folder: Path, *, holders: int, kills: int, seed: int) -> dict[str, object]:
    """Found a company with many holders, declare, let the job be killed, and count."""
    chain = AnvilChain(url)
    people = People(**dict(zip(People.__dataclass_fields__, chain.accounts, strict=False)))
    began = time.monotonic()
    suite = founded(chain, people, holders)
    suite.record.write(folder / "record.toml")
    coin = declared(suite, chain, people)
    print(f"{holders:,} holders, declared after {time.monotonic() - began:.0f} s", file=sys.stderr)

    began = time.monotonic()
    killed = worked(url, folder, kills, random.Random(seed))  # noqa: S311 - no secret
    seconds = time.monotonic() - began
    payouts = suite.payouts
    if payouts is None:
        raise SystemExit("The plan leaves out payouts.")
    with PushJob(payouts, 1, folder / "job", chain=chain) as job:
        state, pages = job.state, job.pages()
    outcome = payouts.outcome(1)
    shares = outcome.distribution.shares
    balances = load("IERC20Metadata")
    answers = chain.batch_call([(coin, balances.encode_call("balanceOf", [share.holder])) for share in shares])
    got = [int.from_bytes(answer, "big") for answer in answers if isinstance(answer, bytes)]
    return {
        "holders": len(shares),
        "killed with SIGKILL": killed,
        "pages mined": state.pages,
        "pages void": sum(page.state == "void" for page in pages),
        "most gas of a page": max(page.gas_used or 0 for page in pages),
        "limit": MAX_TRANSACTION_GAS,
        "gas a holder": state.gas_used // len(shares),
        "seconds": round(seconds, 1),
        "paid once, in full": got == [share.net for share in shares],
        "differences": [each.name for each in payouts.reconcile(1).differences],
        "statuses": {status: sum(one.status == status for one in outcome.standings.values()) for status in ("paid",)},
    }


def founded(chain: AnvilChain, people: People, holders: int) -> Suite:
    """Deploy, register everybody and issue."""
    plan = Plan.parse(PLAN.format(**{name: getattr(people, name).address for name in People.__dataclass_fields__}))
    suite = Suite.open(deploy(plan, chain, people.deployer), chain)
    crowd = [parse_address("0x" + keccak(f"holder {number}".encode())[-20:].hex()) for number in range(holders)]
    facts, issuance = Facts(country=756, claims=1), suite.token("ORD").issuance
    for page in suite.registry.register_many([(one, facts) for one in crowd], sender=people.registrar.address):
        page.send(people.registrar)
    allotments = [Allotment(to=one, units=1 + number % 997) for number, one in enumerate(crowd)]
    for issue in issuance.issue_many(allotments, reason="founding", sender=people.issuer.address):
        issue.send(people.issuer)
    return suite


def declared(suite: Suite, chain: AnvilChain, people: People) -> Address:
    """Declare a payout at a record date, and let that pass; returns the coin."""
    data = load("TestCoin").encode_constructor(["Test Dollar", "TUSD", 6, AMOUNT])
    coin = chain.send(Transaction(to=None, data=data), people.paying_agent).contract_address
    payouts, record_date = suite.payouts, chain.now() + 1_000
    if coin is None or payouts is None:
        raise SystemExit("The coin was not created, or the plan leaves out payouts.")
    suite.token("ORD").issuance.schedule_record_date(record_date).send(people.issuer)
    payouts.approve_funding(coin, AMOUNT).send(people.paying_agent)
    declaration = Declaration(
        token=suite.token("ORD").address,
        asset=coin,
        amount=AMOUNT,
        record_date=record_date,
        deadline=record_date + 365 * DAY,
        refund_to=people.issuer.address,
    )
    payouts.declare(declaration, payer=people.paying_agent.address).send(people.paying_agent)
    chain.travel(to=record_date)
    return coin


def worked(url: str, folder: Path, kills: int, dice: random.Random) -> int:
    """Run the job in a process of its own; kill it some time after one of its next pages, *kills* times; then let it finish."""
    key = list(People.__dataclass_fields__).index("paying_agent") + 1  # as development chains number their accounts
    environment = {**os.environ, "TOKENKIT_PRIVATE_KEY": f"{key:064x}"}
    command = [sys.executable, __file__, "--work", url, str(folder / "record.toml"), str(folder / "job")]
    killed = 0
    while True:
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            if process.stdout is None:
                raise SystemExit("The job has no output to follow.")
            if killed < kills and len(list(islice(process.stdout, pages := dice.randint(1, 3)))) == pages:
                time.sleep(0.2 * dice.random())  # somewhere in the middle of the next page
                process.send_signal(signal.SIGKILL)
                killed += 1
                continue
            process.stdout.read()
        if process.returncode:
            raise SystemExit(process.returncode)
        return killed


if __name__ == "__main__":
    sys.exit(main())
