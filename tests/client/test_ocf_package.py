"""Reading the files of a package: what is not a package of OCF 1.2 is refused, with the place and the remedy."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tokenkit.errors import InvalidOcf
from tokenkit.ocf import MalformedOcf, import_package
from tokenkit.ocf.package import read_package
from tokenkit.ocf.transactions import parse

if TYPE_CHECKING:
    from pathlib import Path

ISSUANCE: dict[str, Any] = {
    "object_type": "TX_STOCK_ISSUANCE",
    "id": "issue-1",
    "date": "2022-02-01",
    "security_id": "cert-1",
    "custom_id": "CS-1",
    "stakeholder_id": "ana",
    "security_law_exemptions": [],
    "stock_class_id": "common",
    "share_price": {"amount": "1.00", "currency": "CHF"},
    "quantity": "100",
    "stock_legend_ids": [],
}
SPLIT = {
    "object_type": "TX_STOCK_CLASS_SPLIT",
    "id": "split-1",
    "date": "2022-02-01",
    "stock_class_id": "common",
    "split_ratio": {"numerator": "2", "denominator": "1"},
}
ISSUER = {
    "object_type": "ISSUER",
    "id": "acme",
    "legal_name": "Acme",
    "formation_date": "2019-03-04",
    "country_of_formation": "CH",
}


def transactions(*items: dict[str, Any]) -> dict[str, Any]:
    return {"file_type": "OCF_TRANSACTIONS_FILE", "items": list(items)}


def write(directory: Path, **files: object) -> Path:
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (directory / f"{name}.ocf.json").write_text(text, encoding="utf-8")
    return directory


def manifest(**changes: object) -> dict[str, object]:
    return {
        "ocf_version": "1.2.1-alpha+main",
        "file_type": "OCF_MANIFEST_FILE",
        "issuer": ISSUER,
        "as_of": "2025-12-31",
        "generated_at": "2026-01-05T09:00:00Z",
        "stakeholders_files": [],
        "stock_classes_files": [],
        "transactions_files": [],
    } | changes


def refusal(directory: Path) -> MalformedOcf:
    with pytest.raises(MalformedOcf) as caught:
        import_package(directory)
    assert isinstance(caught.value, InvalidOcf)
    assert caught.value.remedy in str(caught.value)
    return caught.value


def test_read_package__no_such_directory__refused(tmp_path: Path) -> None:
    assert "no such directory" in refusal(tmp_path / "nowhere").problem


def test_read_package__no_json_file__refused(tmp_path: Path) -> None:
    assert "no JSON file" in refusal(tmp_path).problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('{"file_type": "OCF_TRANSACTIONS_FILE",\n "items": [}', "line 2, column 12 is not JSON"),
        ("[]", "does not hold an object"),
        ('{"file_type": NaN}', "NaN is not a value of JSON"),
        ('{"file_type": "A", "file_type": "B"}', "'file_type' is given twice"),
        ("[" * 100_000, "nests more than 64 levels deep"),
        ('{"file_type": ' + "9" * 5_000 + "}", "cannot be read"),
    ],
)
def test_read_package__not_a_json_object__refused(tmp_path: Path, content: str, problem: str) -> None:
    caught = refusal(write(tmp_path, Transactions=content))
    assert caught.file == "Transactions.ocf.json"
    assert problem in caught.problem


def test_read_package__not_utf8__refused(tmp_path: Path) -> None:
    (tmp_path / "Transactions.ocf.json").write_bytes('{"Zürich": 1}'.encode("latin-1"))
    assert "not UTF-8" in refusal(tmp_path).problem


def test_read_package__byte_order_mark__read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(transactions(ISSUANCE)).encode())
    assert [each.id for each in read_package(tmp_path).objects] == ["issue-1"]


@pytest.mark.parametrize("file_type", ["OCF_TRANSACTION_FILE", "", 7, None])
def test_read_package__unknown_file_type__refused(tmp_path: Path, file_type: object) -> None:
    assert "file_type" in str(refusal(write(tmp_path, Transactions={"file_type": file_type, "items": []})))


def test_read_package__items_are_not_a_list__refused(tmp_path: Path) -> None:
    caught = refusal(write(tmp_path, Transactions={"file_type": "OCF_TRANSACTIONS_FILE", "items": {}}))
    assert (caught.path, caught.problem) == ("items", "this is not a list")


def test_read_package__item_is_not_an_object__refused(tmp_path: Path) -> None:
    caught = refusal(write(tmp_path, Transactions={"file_type": "OCF_TRANSACTIONS_FILE", "items": ["x"]}))
    assert (caught.path, caught.problem) == ("items[0]", "this is not an object")


def test_read_package__object_in_a_file_of_others__refused(tmp_path: Path) -> None:
    stakeholder = {"object_type": "STAKEHOLDER", "id": "ana"}
    caught = refusal(write(tmp_path, Transactions=transactions(stakeholder)))
    assert (caught.path, caught.remedy) == ("items[0].object_type", "Items here are of type TX_… or CE_…")


@pytest.mark.parametrize("name", sorted(set(ISSUANCE)))
def test_read_package__required_field_missing__refused(tmp_path: Path, name: str) -> None:
    item = {key: value for key, value in ISSUANCE.items() if key != name}
    caught = refusal(write(tmp_path, Transactions=transactions(ISSUANCE | {"id": "x"}, item)))
    assert (caught.file, caught.path) == ("Transactions.ocf.json", "items[1]")
    assert repr(name) in caught.problem


def test_read_package__same_id_twice__refused_with_both_places(tmp_path: Path) -> None:
    caught = refusal(write(tmp_path, A=transactions(ISSUANCE), B=transactions(ISSUANCE)))
    assert (caught.file, caught.path) == ("B.ocf.json", "items[0].id")
    assert "A.ocf.json, items[0]" in caught.problem


def test_read_package__same_id_for_another_type__read(tmp_path: Path) -> None:
    write(tmp_path, A=transactions(ISSUANCE, SPLIT | {"id": "issue-1"}))
    assert len(read_package(tmp_path).objects) == 2


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("quantity", "1,000", "'1,000' is not a number"),
        ("quantity", "1e3", "'1e3' is not a number"),
        ("quantity", "", "'' is not a number"),
        ("quantity", "٣", "is not a number"),
        ("quantity", "9" * 65, "is not a number"),
        ("quantity", 100, "100 is not written as a text"),
        ("date", "2022-02-30", "there is no day 2022-02-30"),
        ("date", "20220201", "'20220201' is not a date"),
        ("date", "2022-W05-2", "'2022-W05-2' is not a date"),
        ("date", 20220201, "20220201 is not a date"),
        ("security_id", ["cert-1"], "is not a text"),
        ("stakeholder_id", " ", "is not a text"),
    ],
)
def test_import_package__field_of_a_wrong_type__refused(
    tmp_path: Path, field: str, value: object, problem: str
) -> None:
    caught = refusal(write(tmp_path, Transactions=transactions(ISSUANCE | {field: value})))
    assert caught.path == f"items[0].{field}"
    assert problem in caught.problem


@pytest.mark.parametrize(
    ("ratio", "path"),
    [
        ({"numerator": "0", "denominator": "1"}, "numerator"),
        ({"numerator": "2", "denominator": "-1"}, "denominator"),
        ({"numerator": "2.00000000001", "denominator": "1"}, "numerator"),
    ],
)
def test_import_package__split_ratio_that_cannot_be__refused(tmp_path: Path, ratio: dict[str, str], path: str) -> None:
    caught = refusal(write(tmp_path, Transactions=transactions(SPLIT | {"split_ratio": ratio})))
    assert caught.path == f"items[0].split_ratio.{path}"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"stakeholder_type": "PERSON"}, "items[0].stakeholder_type"),
        ({"name": "Ana"}, "items[0].name"),
        ({"addresses": [{"address_type": "LEGAL", "country": "XX"}]}, "items[0].addresses[0].country"),
    ],
)
def test_import_package__stakeholder_that_does_not_fit__refused(
    tmp_path: Path, changes: dict[str, object], path: str
) -> None:
    item = {"object_type": "STAKEHOLDER", "id": "ana", "name": {"legal_name": "Ana"}, "stakeholder_type": "INDIVIDUAL"}
    caught = refusal(write(tmp_path, S={"file_type": "OCF_STAKEHOLDERS_FILE", "items": [item | changes]}))
    assert caught.path == path


@pytest.mark.parametrize("securities", [[], ["cert-2", "cert-2"]])
def test_import_package__no_resulting_security_or_one_twice__refused(tmp_path: Path, securities: list[str]) -> None:
    transfer = {
        "object_type": "TX_STOCK_TRANSFER",
        "id": "transfer-1",
        "date": "2022-02-01",
        "security_id": "cert-1",
        "quantity": "100",
        "resulting_security_ids": securities,
    }
    caught = refusal(write(tmp_path, Transactions=transactions(transfer)))
    assert caught.path == "items[0].resulting_security_ids"


@pytest.mark.parametrize("name", ["issuer", "as_of", "stakeholders_files", "stock_classes_files", "transactions_files"])
def test_read_package__manifest_without_a_required_field__refused(tmp_path: Path, name: str) -> None:
    assert repr(name) in refusal(write(tmp_path, Manifest=manifest(**{name: None}))).problem


def test_read_package__two_manifests__refused(tmp_path: Path) -> None:
    assert "second manifest" in refusal(write(tmp_path, Manifest=manifest(), manifest2=manifest())).problem


def test_read_package__listed_file_is_missing__refused(tmp_path: Path) -> None:
    caught = refusal(write(tmp_path, Manifest=manifest(transactions_files=[{"filepath": "./T.json", "md5": "0" * 32}])))
    assert (caught.file, caught.path) == ("Manifest.ocf.json", "transactions_files[0].filepath")


@pytest.mark.parametrize("filepath", ["../T.ocf.json", "/etc/passwd", "a/../../T.ocf.json"])
def test_read_package__file_outside_the_package__refused(tmp_path: Path, filepath: str) -> None:
    write(tmp_path, T=transactions())
    inside = tmp_path / "package"
    inside.mkdir()
    write(inside, Manifest=manifest(transactions_files=[{"filepath": filepath, "md5": "0" * 32}]))
    assert "leads out of the package" in refusal(inside).problem


def test_read_package__link_that_leads_outside__refused(tmp_path: Path) -> None:
    write(tmp_path, T=transactions())
    inside = tmp_path / "package"
    inside.mkdir()
    (inside / "T.ocf.json").symlink_to(tmp_path / "T.ocf.json")
    write(inside, Manifest=manifest(transactions_files=[{"filepath": "T.ocf.json", "md5": "0" * 32}]))
    assert "leads out of the package" in refusal(inside).problem


def test_read_package__file_of_another_type_than_its_list__refused(tmp_path: Path) -> None:
    write(tmp_path, T=transactions(), Manifest=manifest(stakeholders_files=[{"filepath": "T.ocf.json", "md5": ""}]))
    caught = refusal(tmp_path)
    assert (caught.file, caught.path) == ("T.ocf.json", "file_type")
    assert "OCF_STAKEHOLDERS_FILE" in caught.remedy


def test_read_package__manifest__issuer_first_and_notes_on_the_files(tmp_path: Path) -> None:
    write(tmp_path, T=transactions(ISSUANCE), Stray="{ not even JSON")
    entry = {"filepath": "./T.ocf.json", "md5": "0" * 32}
    write(tmp_path, Manifest=manifest(transactions_files=[entry]))
    package = read_package(tmp_path)
    assert [each.object_type for each in package.objects] == ["ISSUER", "TX_STOCK_ISSUANCE"]
    checksum, stray = package.notes
    digest = hashlib.md5((tmp_path / "T.ocf.json").read_bytes(), usedforsecurity=False).hexdigest()
    assert digest in checksum
    assert stray == "Stray.ocf.json: the manifest does not list this file, so it was not read."


def test_read_package__no_manifest__every_file_read_and_said_so(tmp_path: Path) -> None:
    package = read_package(write(tmp_path, A=transactions(ISSUANCE), B=transactions(SPLIT)))
    assert [each.id for each in package.objects] == ["issue-1", "split-1"]
    assert package.as_of is None
    assert package.notes == ("There is no manifest: every JSON file was read.",)


def test_parse__object_that_is_not_about_shares__nothing(tmp_path: Path) -> None:
    write(tmp_path, A=transactions({"object_type": "TX_VESTING_START", "id": "v"}))
    assert parse(read_package(tmp_path).objects[0]) is None
