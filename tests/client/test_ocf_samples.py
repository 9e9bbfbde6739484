"""The sample files of the Open Cap Format import, object by object. They illustrate the format; they are no company."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tokenkit.ocf import Imported, Outcome, Why, import_package

SAMPLES = Path(__file__).parents[2].parent / "shared" / "data" / "ocf"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(),
    reason="the OCF sample files are not here (expected beside the repository: ../shared/data/ocf)",
)


@pytest.fixture(scope="module")
def samples() -> Imported:
    return import_package(SAMPLES)


def test_import_package__samples__every_object_has_its_finding(samples: Imported) -> None:
    assert samples.report.counts == {Outcome.USED: 8, Outcome.INFORMATIONAL: 23, Outcome.SET_ASIDE: 71}
    assert len(samples.report.findings) == 102
    assert all(finding.detail for finding in samples.report.findings)
    assert all(
        (finding.why is not None) == (finding.outcome is Outcome.SET_ASIDE) for finding in samples.report.findings
    )


def test_import_package__samples__investors_classes_and_issuer_used(samples: Imported) -> None:
    batch = samples.batch
    assert batch.issuer is not None
    assert (batch.issuer.name, batch.issuer.country) == ("ACME Industries", "US")
    assert [(investor.name, investor.country) for investor in batch.investors] == [
        ("Person X", "US"),
        ("XYZ Holdings Fund III", "US"),
        ("XYZ Holdings Fund IV", None),
        ("Person Y", None),
    ]
    assert [(entry.name, entry.symbol, entry.authorized) for entry in batch.classes] == [
        ("Common Stock", "CS", 1_000_000_000),
        ("Series Seed Preferred", "PS", 10_000_000),
    ]
    assert batch.classes[1].conversions[0].into == batch.classes[0].external_id


def test_import_package__samples__no_shares_come_from_securities_that_are_not_defined(samples: Imported) -> None:
    assert samples.batch.steps == ()
    assert samples.report.differences == ()


def test_import_package__samples__why_each_was_set_aside(samples: Imported) -> None:
    assert Counter(finding.why for finding in samples.report.findings) == {
        None: 31,
        Why.NOT_SHARES: 49,
        Why.REPEATED_SECURITY: 19,
        Why.UNKNOWN_STAKEHOLDER: 1,
        Why.UNKNOWN_SECURITY: 1,
        Why.UNKNOWN_CLASS: 1,
    }


def test_import_package__samples__the_notes_tell_of_checksums_and_the_file_left_out(samples: Imported) -> None:
    notes = samples.report.notes
    assert len([note for note in notes if "its MD5 is" in note]) == 8
    assert notes[-1] == "Documents.ocf.json: the manifest does not list this file, so it was not read."
    assert samples.report.lines()[0] == "102 objects read: 8 used, 23 informational, 71 set aside."
