"""Rule contracts beside the rulebook, one service each; a token obeys one once ``rulebook.add(token, address)`` is sent."""

from tokenkit.external.approval import Approvals, ApprovalTerms, Request, RequestStatus
from tokenkit.external.compliance import ComplianceAdapter
from tokenkit.external.deployment import RuleKind, deploy_rule, empower, kind_of
from tokenkit.external.hours import Blackout, TradingCalendar, TradingHours
from tokenkit.external.sanctions import Sanctions
from tokenkit.external.spenders import Spenders, Standing
from tokenkit.external.vesting import Grant, Vesting
from tokenkit.external.volume import Volume
from tokenkit.ruleset import TradingWindow, VolumeLimit

__all__ = [
    "ApprovalTerms",
    "Approvals",
    "Blackout",
    "ComplianceAdapter",
    "Grant",
    "Request",
    "RequestStatus",
    "RuleKind",
    "Sanctions",
    "Spenders",
    "Standing",
    "TradingCalendar",
    "TradingHours",
    "TradingWindow",
    "Vesting",
    "Volume",
    "VolumeLimit",
    "deploy_rule",
    "empower",
    "kind_of",
]
