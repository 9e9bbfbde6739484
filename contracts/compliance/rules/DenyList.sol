// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";

/// @title Deny list
/// @notice Wallets on the list give nothing, receive nothing and move nothing for others, in any class of the issuer.
/// @dev By wallet. Looks at issues and transfers, also between wallets of one investor.
/// @custom:invariant DEN-1 No issue or transfer involves a wallet on the list.
library DenyList {
    function refuses(Verdict memory verdict, mapping(address wallet => bool) storage denied, Move calldata move)
        internal
        view
        returns (bool)
    {
        address account = move.to.wallet;
        bool refused = denied[account];
        if (!refused && move.kind == Kind.Transfer) {
            account = move.from.wallet;
            refused = denied[account];
            if (!refused && move.operator != account) {
                account = move.operator;
                refused = denied[account];
            }
        }
        return refused && Verdicts.write(verdict, Restriction.DENIED, account, 0, move.units, 0, 0);
    }
}
