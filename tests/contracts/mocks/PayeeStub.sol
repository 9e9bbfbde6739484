// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Contract that is paid
/// @notice Receives native coins in the mood it was told, and does what a test asks.
contract PayeeStub {
    enum Mood {
        Thankful,
        Reverting,
        Burning, // all gas
        Shouting, // reverts with 20,000 bytes
        Working, // takes 40,000 gas
        Toiling, // takes 120,000 gas
        Calling // makes a call it was told to make, and notes how that ended
    }

    Mood public mood;
    address public target;
    bytes public callback;
    uint256 public attempts;
    bool public succeeded;
    bytes public answer;
    uint256 private _waste;

    error NotToday();

    receive() external payable {
        if (mood == Mood.Reverting) revert NotToday();
        if (mood == Mood.Burning) while (true) ++_waste;
        if (mood == Mood.Working) for (uint256 start = gasleft(); start - gasleft() < 40_000;) ++_waste;
        if (mood == Mood.Toiling) for (uint256 start = gasleft(); start - gasleft() < 120_000;) ++_waste;
        if (mood == Mood.Shouting) {
            assembly ("memory-safe") {
                revert(mload(0x40), 20000)
            }
        }
        if (mood == Mood.Calling) {
            ++attempts;
            (succeeded, answer) = target.call(callback);
        }
    }

    function setMood(Mood newMood) external {
        mood = newMood;
    }

    function arm(address newTarget, bytes calldata newCallback) external {
        (mood, target, callback) = (Mood.Calling, newTarget, newCallback);
    }

    /// @notice Makes a call now.
    function run(address where, bytes calldata what) external payable returns (bytes memory) {
        (bool done, bytes memory result) = where.call{value: msg.value}(what);
        if (done) return result;
        assembly ("memory-safe") {
            revert(add(result, 0x20), mload(result))
        }
    }
}
