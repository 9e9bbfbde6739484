"""Sentences for the errors of OpenZeppelin's contracts, whose own notes are for developers. ``{name}`` stands for a value of the error."""

from __future__ import annotations

from typing import Final

SENTENCES: Final = {
    "AccessManagedInvalidAuthority(address)": "{authority} is no authority: it holds no contract.",
    "AccessManagedRequiredDelay(address,uint32)": "{caller} may do this only after a delay of {delay} seconds. Schedule it first.",
    "AccessManagedUnauthorized(address)": "{caller} lacks the power to do this.",
    "AccessManagerAlreadyScheduled(bytes32)": "This operation is scheduled already ({operationId}).",
    "AccessManagerBadConfirmation()": "A role can only be renounced by its holder, who must name itself.",
    "AccessManagerExpired(bytes32)": "The scheduled operation has expired ({operationId}). Schedule it again.",
    "AccessManagerInvalidInitialAdmin(address)": "{initialAdmin} cannot be the first administrator.",
    "AccessManagerLockedFunction(bytes4)": "The power over function {selector} is fixed and cannot be given away.",
    "AccessManagerLockedRole(uint64)": "Role {roleId} is fixed and cannot be changed.",
    "AccessManagerNotReady(bytes32)": "The delay of the scheduled operation has not passed yet ({operationId}).",
    "AccessManagerNotScheduled(bytes32)": "This operation is not scheduled ({operationId}). Schedule it first.",
    "AccessManagerUnauthorizedAccount(address,uint64)": "{msgsender} lacks role {roleId}.",
    "AccessManagerUnauthorizedCall(address,address,bytes4)": "{caller} lacks the power to call function {selector} of {target}.",
    "AccessManagerUnauthorizedCancel(address,address,address,bytes4)": (
        "{msgsender} may not cancel what {caller} scheduled (function {selector} of {target})."
    ),
    "AccessManagerUnauthorizedConsume(address)": "{target} did not ask to use up a scheduled operation.",
    "AddressEmptyCode(address)": "There is no contract at {target}.",
    "ECDSAInvalidSignature()": "The signature is invalid.",
    "ECDSAInvalidSignatureLength(uint256)": "A signature has 65 bytes, not {length}.",
    "ECDSAInvalidSignatureS(bytes32)": "The signature is not in its unique form: s is in the upper half ({s}).",
    "ERC1967InvalidImplementation(address)": "There is no contract at {implementation} to point a proxy at.",
    "ERC1967NonPayable()": "This takes no native coins.",
    "ERC1967ProxyUninitialized()": "A proxy must be initialised when it is deployed.",
    "ERC20InsufficientAllowance(address,uint256,uint256)": "{spender} may spend only {allowance} units, and {needed} are needed.",
    "ERC20InsufficientBalance(address,uint256,uint256)": "{sender} holds only {balance} units, and {needed} are needed.",
    "ERC20InvalidApprover(address)": "{approver} cannot allow anyone to spend.",
    "ERC20InvalidReceiver(address)": "{receiver} cannot receive units.",
    "ERC20InvalidSender(address)": "{sender} cannot send units.",
    "ERC20InvalidSpender(address)": "{spender} cannot be allowed to spend.",
    "ERC2612ExpiredSignature(uint256)": "The permit has expired: its deadline was {deadline} (unix seconds).",
    "ERC2612InvalidSigner(address,address)": "The permit was signed by {signer}, not by the holder {owner}.",
    "FailedCall()": "A contract that was called failed without a reason.",
    "InsufficientBalance(uint256,uint256)": "There are only {balance} native coins (in wei), and {needed} are needed.",
    "InvalidAccountNonce(address,uint256)": "The signature carries the wrong nonce: {account} is at {currentNonce}.",
    "InvalidInitialization()": "The contract is initialised already.",
    "InvalidShortString()": "A short text is malformed.",
    "MerkleProofInvalidMultiproof()": "The Merkle proof is malformed.",
    "NotInitializing()": "This belongs to the initialisation of the contract, which is over.",
    "ReentrancyGuardReentrantCall()": "A contract called back in the middle of an operation.",
    "SafeCastOverflowedIntDowncast(uint8,int256)": "{value} does not fit into {bits} bits.",
    "SafeCastOverflowedIntToUint(int256)": "{value} is negative.",
    "SafeCastOverflowedUintDowncast(uint8,uint256)": "{value} does not fit into {bits} bits.",
    "SafeCastOverflowedUintToInt(uint256)": "{value} is too large.",
    "SafeERC20FailedDecreaseAllowance(address,uint256,uint256)": (
        "{spender} may spend only {currentAllowance} units, so {requestedDecrease} cannot be taken off."
    ),
    "SafeERC20FailedOperation(address)": "The coin {token} refused a payment, or is no ERC-20 token.",
    "StringTooLong(string)": "The text is too long (31 bytes at most): {str}",
    "StringsInsufficientHexLength(uint256,uint256)": "{value} does not fit into {length} bytes.",
    "UUPSUnauthorizedCallContext()": "An upgrade must be called on the proxy, not on the code behind it.",
    "UUPSUnsupportedProxiableUUID(bytes32)": "The new code is not made for this kind of proxy (slot {slot}).",
}
