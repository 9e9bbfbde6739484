// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Rolling volume
/// @notice What was transferred within a window that moves along with time.
/// @dev A ring of 24 buckets, each of a 23rd of the window (rounded up): 23 whole ones, and the one that is being filled. A bucket counts
/// until it lies wholly outside the window, so never too little is counted, and each unit for a 23rd of the window too long at most. Two
/// buckets a slot; only those that hold something are read.
library RollingVolume {
    uint256 internal constant BUCKETS = 24;

    /// @dev One slot, and twelve for the buckets.
    struct Ring {
        uint40 last; // the bucket that was filled last, counted from 1970
        uint32 size; // seconds a bucket
        uint24 filled; // one bit for each bucket of the ring that holds something
        uint128 total; // of those
        uint128[BUCKETS] buckets;
    }

    /// @dev The ring as it is now. `merged`: counted in buckets of another size, so all of it lies in bucket `last`.
    struct Reading {
        uint256 last;
        uint256 size;
        uint256 filled;
        uint256 total;
        bool merged;
    }

    /// @notice What still counts now, for a window.
    function read(Ring storage self, uint256 window) internal view returns (Reading memory reading) {
        uint256 size = (window + BUCKETS - 2) / (BUCKETS - 1);
        uint256 today = block.timestamp / size;
        reading = Reading({last: self.last, size: size, filled: self.filled, total: self.total, merged: false});
        if (reading.filled != 0 && self.size != size) {
            uint256 latest = (uint256(self.last) + 1) * self.size - 1;
            reading.last = (latest < block.timestamp ? latest : block.timestamp) / size;
            reading.filled = 1 << reading.last % BUCKETS;
            reading.merged = true;
        }
        if (today - reading.last >= BUCKETS) (reading.filled, reading.total) = (0, 0);
        // The bucket to be filled next is the one that expires with it.
        for (uint256 bucket = reading.last + 1; bucket <= today && reading.filled != 0; ++bucket) {
            uint256 mask = 1 << bucket % BUCKETS;
            if (reading.filled & mask == 0) continue;
            reading.total -= _bucket(self, reading, bucket % BUCKETS);
            reading.filled ^= mask;
        }
        if (!reading.merged || reading.filled == 0) (reading.last, reading.merged) = (today, false);
    }

    /// @notice The first second at which no more than `allowed` of what counts now will count.
    function fallsTo(Ring storage self, Reading memory reading, uint256 allowed) internal view returns (uint256) {
        uint256 today = block.timestamp / reading.size;
        uint256 left = reading.total;
        for (uint256 bucket = today + 1; left > allowed; ++bucket) {
            // Cannot run past 24: after as many buckets nothing is left.
            uint256 index = bucket % BUCKETS;
            if (reading.filled & 1 << index == 0) continue;
            left -= _bucket(self, reading, index);
            if (left <= allowed) return bucket * reading.size;
        }
        return block.timestamp;
    }

    /// @notice Counts units transferred now.
    function add(Ring storage self, Reading memory reading, uint256 units) internal {
        uint256 today = block.timestamp / reading.size;
        if (reading.merged) self.buckets[reading.last % BUCKETS] = uint128(reading.total);
        uint256 index = today % BUCKETS;
        bool started = reading.filled & 1 << index != 0;
        self.buckets[index] = (started ? self.buckets[index] : 0) + uint128(units);
        self.last = uint40(today);
        self.size = uint32(reading.size);
        self.filled = uint24(reading.filled | 1 << index);
        self.total = uint128(reading.total + units);
    }

    function _bucket(Ring storage self, Reading memory reading, uint256 index) private view returns (uint256) {
        return reading.merged ? reading.total : self.buckets[index];
    }
}
