// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Wallet list
/// @notice The wallets of one investor, retired ones included, in no particular order.
library WalletList {
    /// @notice At most this many wallets.
    uint256 internal constant LIMIT = 8;

    /// @dev The first wallet shares a slot with the count: a list of one costs one slot.
    struct List {
        address first; // ┐ one slot
        uint8 count; //   ┘
        address[LIMIT - 1] others;
    }

    /// @notice Adds a wallet, which must not be in the list; panics beyond the limit.
    function add(List storage self, address wallet) internal {
        uint256 count = self.count;
        if (count == 0) self.first = wallet;
        else self.others[count - 1] = wallet;
        self.count = uint8(count + 1);
    }

    /// @notice Removes a wallet, which must be in the list; the last one takes its place.
    function remove(List storage self, address wallet) internal {
        address[] memory wallets = all(self);
        uint256 last = wallets.length - 1;
        uint256 position = _indexOf(wallets, wallet);

        if (position == 0) self.first = wallets[last];
        else self.others[position - 1] = wallets[last];
        if (last == 0) delete self.first;
        else delete self.others[last - 1];
        self.count = uint8(last);
    }

    /// @notice The wallets.
    function all(List storage self) internal view returns (address[] memory wallets) {
        uint256 count = self.count;
        wallets = new address[](count);
        if (count != 0) wallets[0] = self.first;
        for (uint256 i = 1; i < count; ++i) {
            wallets[i] = self.others[i - 1];
        }
    }

    function _indexOf(address[] memory wallets, address wallet) private pure returns (uint256 position) {
        while (wallets[position] != wallet) {
            ++position; // Cannot run past the end: reading there panics.
        }
    }
}
