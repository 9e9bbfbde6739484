"""What the Open Cap Format 1.2 calls things, and what each kind of object means for a register of shares.

Source: the JSON schemas of the Open Cap Table Coalition, version 1.2.1-alpha (required fields and enumerations).
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an importer of shares does with a kind of object."""

    SHARES = "shares"
    """It says who holds which shares: imported."""
    CONTEXT = "context"
    """It describes shares or holders but changes no holding: read, kept out of the batch."""
    RIGHTS = "rights"
    """It is about a right to get shares later (option, warrant, convertible): no share exists yet."""


class ClassType(StrEnum):
    """The kinds of stock class."""

    COMMON = "COMMON"
    PREFERRED = "PREFERRED"


class StakeholderType(StrEnum):
    """The kinds of stakeholder."""

    INDIVIDUAL = "INDIVIDUAL"
    INSTITUTION = "INSTITUTION"


MANIFEST = "OCF_MANIFEST_FILE"
OCF_VERSION = "1.2.1-alpha+main"

MANIFEST_LISTS = {
    "stock_plans_files": "OCF_STOCK_PLANS_FILE",
    "stock_legend_templates_files": "OCF_STOCK_LEGEND_TEMPLATES_FILE",
    "stock_classes_files": "OCF_STOCK_CLASSES_FILE",
    "vesting_terms_files": "OCF_VESTING_TERMS_FILE",
    "valuations_files": "OCF_VALUATIONS_FILE",
    "transactions_files": "OCF_TRANSACTIONS_FILE",
    "stakeholders_files": "OCF_STAKEHOLDERS_FILE",
    "financings_files": "OCF_FINANCINGS_FILE",
    "documents_files": "OCF_DOCUMENTS_FILE",
}
"""The lists of files in a manifest, and the ``file_type`` of the files in each."""

MANIFEST_REQUIRED = ("issuer", "as_of", "stakeholders_files", "stock_classes_files", "transactions_files")
"""Fields of a manifest without which a cap table would be wrong or dateless; the schema asks for more."""

ITEM_PREFIXES: dict[str, tuple[str, ...]] = {
    "OCF_STOCK_PLANS_FILE": ("STOCK_PLAN",),
    "OCF_STOCK_LEGEND_TEMPLATES_FILE": ("STOCK_LEGEND_TEMPLATE",),
    "OCF_STOCK_CLASSES_FILE": ("STOCK_CLASS",),
    "OCF_VESTING_TERMS_FILE": ("VESTING_TERMS",),
    "OCF_VALUATIONS_FILE": ("VALUATION",),
    "OCF_TRANSACTIONS_FILE": ("TX_", "CE_"),
    "OCF_STAKEHOLDERS_FILE": ("STAKEHOLDER",),
    "OCF_FINANCINGS_FILE": ("FINANCING",),
    "OCF_DOCUMENTS_FILE": ("DOCUMENT",),
}
"""How the ``object_type`` of the items of each type of file starts."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "ISSUER": ("legal_name", "formation_date", "country_of_formation"),
    "STAKEHOLDER": ("name", "stakeholder_type"),
    "STOCK_CLASS": (
        "name",
        "class_type",
        "default_id_prefix",
        "initial_shares_authorized",
        "votes_per_share",
        "seniority",
    ),
    "TX_STOCK_ISSUANCE": (
        "date",
        "security_id",
        "custom_id",
        "stakeholder_id",
        "security_law_exemptions",
        "stock_class_id",
        "share_price",
        "quantity",
        "stock_legend_ids",
    ),
    "TX_STOCK_ACCEPTANCE": ("date", "security_id"),
    "TX_STOCK_TRANSFER": ("date", "security_id", "quantity", "resulting_security_ids"),
    "TX_STOCK_CANCELLATION": ("date", "security_id", "quantity", "reason_text"),
    "TX_STOCK_REPURCHASE": ("date", "security_id", "quantity", "price"),
    "TX_STOCK_RETRACTION": ("date", "security_id", "reason_text"),
    "TX_STOCK_REISSUANCE": ("date", "security_id", "resulting_security_ids"),
    "TX_STOCK_CONSOLIDATION": ("date", "security_ids", "resulting_security_id"),
    "TX_STOCK_CONVERSION": ("date", "security_id", "quantity_converted", "resulting_security_ids"),
    "TX_STOCK_CLASS_SPLIT": ("date", "stock_class_id", "split_ratio"),
    "TX_STOCK_CLASS_AUTHORIZED_SHARES_ADJUSTMENT": ("date", "stock_class_id", "new_shares_authorized"),
}
"""Fields that the schema requires of the objects that are imported, besides ``id`` and ``object_type``."""

_CONTEXT = (
    "STOCK_LEGEND_TEMPLATE",
    "STOCK_PLAN",
    "VALUATION",
    "VESTING_TERMS",
    "FINANCING",
    "DOCUMENT",
    "CE_STAKEHOLDER_RELATIONSHIP",
    "CE_STAKEHOLDER_STATUS",
    "TX_ISSUER_AUTHORIZED_SHARES_ADJUSTMENT",
    "TX_STOCK_CLASS_CONVERSION_RATIO_ADJUSTMENT",
    "TX_STOCK_PLAN_POOL_ADJUSTMENT",
    "TX_STOCK_PLAN_RETURN_TO_POOL",
    "TX_VESTING_ACCELERATION",
    "TX_VESTING_START",
    "TX_VESTING_EVENT",
)
RIGHTS = {
    "TX_CONVERTIBLE_": "a convertible",
    "TX_EQUITY_COMPENSATION_": "an option or another grant of equity compensation",
    "TX_PLAN_SECURITY_": "an option or another grant of equity compensation",
    "TX_WARRANT_": "a warrant",
}
"""What transactions that start like this are about."""


def role(object_type: str) -> Role | None:
    """Say what an importer of shares does with objects of a type; None for a type that OCF 1.2 does not have."""
    if object_type in REQUIRED:
        return Role.SHARES
    if object_type in _CONTEXT:
        return Role.CONTEXT
    return Role.RIGHTS if object_type.startswith(tuple(RIGHTS)) else None
