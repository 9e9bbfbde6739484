// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Sanctions oracle that behaves as badly as a test asks
contract SanctionsOracleStub {
    enum Mood {
        Sound,
        Reverting,
        Burning, // all the gas it gets
        Short, // answers too few bytes
        Rubbish // answers a word that is no bool
    }

    Mood public mood;
    mapping(address account => bool) public listed;

    function setMood(Mood newMood) external {
        mood = newMood;
    }

    function list(address account, bool on) external {
        listed[account] = on;
    }

    function isSanctioned(address account) external view returns (bool) {
        require(mood != Mood.Reverting, "a bad day");
        while (mood == Mood.Burning) {}
        if (mood == Mood.Short) _answer(0, 31);
        if (mood == Mood.Rubbish) _answer(2, 32);
        return listed[account];
    }

    function _answer(uint256 word, uint256 size) private pure {
        assembly {
            mstore(0, word)
            return(0, size)
        }
    }
}
