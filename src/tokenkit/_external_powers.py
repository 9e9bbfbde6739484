"""Who may do what with the rule contracts beside the rulebook: their part of the table in ``powers.py``."""

from __future__ import annotations

_GRANT = "(uint96,uint40,uint32,uint32,uint32,uint24)"
_PARTY = "(address,uint16,uint32,uint256,uint256)"

OFFICER: dict[str, tuple[tuple[str, str], ...]] = {
    "VestingRule": (
        (f"grantUnits(address,address,{_GRANT})", "Locks units of an investor that vest over time."),
        ("revoke(address,address,uint24,string)", "Ends a grant; what has not vested stays locked."),
        ("release(address,address,uint96,string)", "Waives forfeited units."),
    ),
    "VolumeRule": (
        ("setLimit(address,uint96,uint16,uint32)", "Limits what each investor may transfer within a window."),
        ("setInvestorVolume(address,address,uint96,uint16)", "Gives an investor a limit of its own, or exempts it."),
    ),
    "TradingHoursRule": (
        ("setTradingHours(address,int32,(uint16,uint16)[])", "Sets the trading windows of each week."),
        ("setBlackouts(address,(uint40,uint40,uint32)[])", "Sets the blackouts."),
    ),
    "ApprovalRule": (
        ("setApprovalTerms(address,uint32,uint32)", "Says when silence is consent, and who needs none."),
        ("approve(uint256,string,bytes32)", "Consents to a transfer."),
        ("refuse(uint256,string,bytes32)", "Refuses a transfer."),
    ),
    "SpenderRule": (
        ("setSpenders(address,address[],uint8)", "Allows or blocks spenders."),
        ("setOtherSpenders(address,bool)", "Allows or refuses spenders that are on no list."),
    ),
    "SanctionsRule": (("setOracle(address,address)", "Points a class at another sanctions oracle."),),
    "ComplianceRule": (("setCompliance(address)", "Points the rule at another compliance contract."),),
}
"""What the compliance officer may do: signatures, each with its sentence."""

_TOLD = (
    f"moved(address,(uint8,address,bool,{_PARTY},{_PARTY},uint256,uint256))",
    "Only the rulebook gets through.",
)
_AUTHORITY = ("setAuthority(address)", "Only the AccessManager itself gets through, on an order of its admin.")

OPEN: dict[str, tuple[tuple[str, str], ...]] = dict.fromkeys(OFFICER, (_TOLD, _AUTHORITY)) | {
    "ApprovalRule": (
        ("request(address,address,uint96,uint48,bytes32)", "A holder asks about its own units."),
        ("cancel(uint256)", "Takes back the caller's own request."),
        _TOLD,
        _AUTHORITY,
    )
}
"""What no role guards, and why that does no harm."""
