"""What T-REX 4.1.6 says when it refuses, in a person's words. Pure: tables only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_POSSIBLE = (
    "T-REX: the receiver is not verified by the identity registry, or a compliance module refuses the transfer."
)

REVERTS: Mapping[str, str] = {
    "Transfer not possible": _NOT_POSSIBLE,
    "Identity is not verified.": "T-REX: the receiver is not verified by the identity registry.",
    "Compliance not followed": "T-REX: a compliance module refuses the issue.",
    "wallet is frozen": "T-REX: the sender's or the receiver's wallet is frozen.",
    "Insufficient Balance": "T-REX: the sender has not as many units that are not frozen.",
    "sender balance too low": "T-REX: the wallet does not hold as many units.",
    "cannot burn more than balance": "T-REX: the wallet does not hold as many units.",
    "Amount exceeds available balance": "T-REX: no more units can be frozen than the wallet holds.",
    "Amount should be less than or equal to frozen tokens": "T-REX: fewer units are frozen than should be released.",
    "Pausable: paused": "T-REX: transfers are paused.",
    "Pausable: not paused": "T-REX: transfers are not paused.",
    "no tokens to recover": "T-REX: the lost wallet holds nothing, so there is nothing to recover.",
    "Recovery not possible": "T-REX: the ONCHAINID does not have the new wallet as a management key.",
    "AgentRole: caller does not have the Agent role": "T-REX: only an agent may do this.",
    "Ownable: caller is not the owner": "T-REX: only the owner may do this.",
    "invalid argument - no value transfer": "T-REX: its compliance does not accept transfers of zero units.",
    "invalid argument - no value mint": "T-REX: its compliance does not accept issues of zero units.",
    "invalid argument - no value burn": "T-REX: its compliance does not accept redemptions of zero units.",
    "invalid argument - zero address": "T-REX: the zero address cannot be used here.",
    "error : this address is not a token bound to the compliance contract": (
        "T-REX: the compliance contract serves another token, or none; bind the token to it."
    ),
    "only owner or token can call": "T-REX: the compliance contract serves another token already.",
    "This token is not bound": "T-REX: the compliance contract does not serve this token.",
    "compliance is not suitable for binding to the module": (
        "T-REX: the module cannot start with units in issue, or needs the agent role on the token first."
    ),
    "identity not found": "T-REX: a compliance module needs an identity that the identity registry does not know.",
    "address stored already": "T-REX: the wallet is registered already.",
    "address not stored yet": "T-REX: the wallet is not registered.",
    "transfer fee collection failed": "T-REX: the transfer fee could not be collected.",
    "not approved": "T-REX: there is no approval of this transfer to take back.",
}
"""Revert strings, whole, and what each says."""

MODULES: Mapping[str, str] = {
    "ConditionalTransferModule": "exactly this movement, to the unit, has not been approved",
    "CountryAllowModule": "the receiver's country is not among those allowed",
    "CountryRestrictModule": "the receiver's country is restricted",
    "ExchangeMonthlyLimitsModule": "the sender would send this exchange more than it may in 30 days",
    "MaxBalanceModule": "the receiver's identity would hold more than the maximum",
    "SupplyLimitModule": "more units would be in issue than the limit",
    "TimeExchangeLimitsModule": "the sender would send this exchange more than it may in the period",
    "TimeTransfersLimitsModule": "the sender would transfer more than it may in the period",
    "TokenListingRestrictionsModule": "the receiver has not opted in to this token, or has opted out of it",
    "TransferFeesModule": "the fee cannot be taken",
    "TransferRestrictModule": "neither the sender nor the receiver is on the list of those who may transfer",
}
"""Compliance modules by their ``name()``, and what it means that one refuses."""
