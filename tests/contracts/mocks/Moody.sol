// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Contract of many manners
/// @notice Answers honestly, or as badly as it is told to.
abstract contract Moody {
    enum Manner {
        Honest,
        Reverts,
        BurnsGas,
        AnswersRaw,
        AnswersHuge
    }

    Manner private _manner;
    bytes private _raw;

    /// @notice Behaves so from now on; `raw` is what it then answers to everything.
    function behave(Manner manner, bytes calldata raw) external {
        (_manner, _raw) = (manner, raw);
    }

    modifier inItsManner() {
        if (_manner == Manner.Reverts) revert("moody");
        if (_manner == Manner.BurnsGas) {
            while (true) {}
        }
        if (_manner == Manner.AnswersHuge) {
            assembly {
                return(0, 100000)
            }
        }
        if (_manner == Manner.AnswersRaw) {
            bytes memory raw = _raw;
            assembly {
                return(add(raw, 0x20), mload(raw))
            }
        }
        _;
    }
}
