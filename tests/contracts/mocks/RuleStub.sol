// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRule} from "../../../contracts/interfaces/IRulebook.sol";
import {Kind, Move} from "../../../contracts/types/Move.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";

/// @title A token that moves units for anybody
interface IActor {
    function act(Kind kind, address from, address to, uint256 units) external;
}

/// @title External rule that behaves as badly as a test asks
/// @notice Records the movements it is told.
contract RuleStub is IRule {
    enum Mood {
        Content, // passes everything, notes every movement
        Refusing, // gives the verdict that was set
        Reverting,
        Burning, // all the gas it gets
        Short, // answers too few bytes
        Bombing, // answers a megabyte
        Dirty, // answers a code that is no byte
        Acting // moves a unit back while it is told
    }

    event Told(address token, Move move);

    Mood public mood;
    bool public counts;
    Verdict private _verdict;

    constructor(bool counts_) {
        counts = counts_;
    }

    function setMood(Mood newMood) external {
        mood = newMood;
    }

    function setVerdict(Verdict calldata verdict) external {
        mood = Mood.Refusing;
        _verdict = verdict;
    }

    function name() external pure returns (string memory) {
        return "stub";
    }

    function check(address, Move calldata) external view returns (Verdict memory verdict) {
        _misbehave();
        if (mood == Mood.Refusing) return _verdict;
        return verdict;
    }

    function moved(address token, Move calldata move) external {
        _misbehave();
        if (mood == Mood.Acting) IActor(token).act(Kind.Forced, move.to.wallet, move.from.wallet, 1);
        emit Told(token, move);
    }

    function _misbehave() private view {
        require(mood != Mood.Reverting, "a bad day");
        if (mood == Mood.Short) _answer(32);
        if (mood == Mood.Bombing) _answer(1_000_000);
        if (mood == Mood.Dirty) _answer(192);
        while (mood == Mood.Burning) {}
    }

    /// @dev Memory here holds more than zeros, so the answer is never a clean one.
    function _answer(uint256 size) private pure {
        assembly {
            mstore(0, not(0))
            return(0, size)
        }
    }
}
