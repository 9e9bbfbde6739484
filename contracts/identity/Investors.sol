// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IERC3643IdentityRegistry} from "../interfaces/standards/IERC3643.sol";
import {Registration} from "./Registration.sol";
import {WalletList} from "./WalletList.sol";

/// @title Investors
/// @notice Which wallets belong to which investor, and what is attested about them.
/// @dev An investor is named by an address. While it has one wallet and is named after it, the wallet's own slot says everything;
/// otherwise its wallets are listed and the slot of the naming address carries the flag NAMESAKE.
library Investors {
    using WalletList for WalletList.List;

    struct State {
        mapping(address account => Registration) registrations;
        mapping(address investor => WalletList.List) lists;
    }

    /// @notice The wallet joins the investor these facts are about. It must not belong to any.
    function join(State storage self, address wallet, Registration facts) internal {
        address investor = facts.identity();
        address[] memory others = walletsOf(self, investor);
        if (others.length == WalletList.LIMIT) revert IIdentityRegistry.TooManyWallets(investor, WalletList.LIMIT);

        _replace(self, wallet, facts);
        if (others.length != 0 || investor != wallet) _list(self, wallet, investor, others);
    }

    /// @notice The wallet leaves its investor; the memory that it had one stays.
    function detach(State storage self, address wallet) internal {
        address investor = self.registrations[wallet].identity();
        WalletList.List storage list = self.lists[investor];

        if (self.registrations[investor].isNamesake()) {
            list.remove(wallet);
            if (list.count == 1) {
                address remaining = list.first;
                self.registrations[remaining] = self.registrations[remaining].withLinked(false);
                if (remaining == investor) list.remove(investor);
            }
            if (list.count == 0) self.registrations[investor] = self.registrations[investor].withNamesake(false);
        }
        self.registrations[wallet] = self.registrations[wallet].removed();
    }

    /// @notice Puts these facts in the place of the old ones, in all wallets of the investor they are about.
    function replaceFacts(State storage self, address[] memory wallets, Registration facts) internal {
        for (uint256 i; i < wallets.length; ++i) {
            uint16 country = self.registrations[wallets[i]].country();
            _replace(self, wallets[i], facts);
            if (country != facts.country()) {
                emit IERC3643IdentityRegistry.CountryUpdated(wallets[i], facts.country());
            }
        }
    }

    /// @notice The wallet keeps its facts and its investor, and is out of use for good.
    function retire(State storage self, address wallet) internal {
        self.registrations[wallet] = self.registrations[wallet].retired();
    }

    /// @notice All wallets of an investor; empty if nobody has this name.
    function walletsOf(State storage self, address investor) internal view returns (address[] memory wallets) {
        Registration named = self.registrations[investor];
        if (named.isNamesake()) return self.lists[investor].all();
        if (investor != address(0) && named.identity() == investor) return single(investor);
    }

    /// @notice The registration of a wallet that may be retired.
    function known(State storage self, address wallet) internal view returns (Registration registration) {
        registration = self.registrations[wallet];
        if (!registration.isRegistered()) revert IIdentityRegistry.NotRegistered(wallet);
    }

    /// @notice The registration of a wallet in use.
    function live(State storage self, address wallet) internal view returns (Registration registration) {
        registration = known(self, wallet);
        if (registration.isRetired()) revert IIdentityRegistry.WalletRetired(wallet);
    }

    /// @notice What is known of an address that belongs to nobody.
    function free(State storage self, address wallet) internal view returns (Registration registration) {
        if (wallet == address(0)) revert IIdentityRegistry.ZeroAddress();
        registration = self.registrations[wallet];
        if (registration.isRetired()) revert IIdentityRegistry.WalletRetired(wallet);
        if (registration.isRegistered()) revert IIdentityRegistry.AlreadyRegistered(wallet);
    }

    function single(address wallet) internal pure returns (address[] memory wallets) {
        wallets = new address[](1);
        wallets[0] = wallet;
    }

    function emitAttested(address wallet, Registration facts) internal {
        emit IIdentityRegistry.FactsAttested(
            wallet, facts.identity(), facts.country(), facts.claims(), facts.provider(), facts.validUntil()
        );
    }

    function _replace(State storage self, address wallet, Registration facts) private {
        self.registrations[wallet] = self.registrations[wallet].withFacts(facts);
        emitAttested(wallet, facts);
    }

    function _list(State storage self, address wallet, address investor, address[] memory others) private {
        WalletList.List storage list = self.lists[investor];
        if (list.count == 0) {
            self.registrations[investor] = self.registrations[investor].withNamesake(true);
            if (others.length != 0) list.add(investor);
        }
        list.add(wallet);

        if (others.length != 0) self.registrations[wallet] = self.registrations[wallet].withLinked(true);
        if (others.length == 1) self.registrations[others[0]] = self.registrations[others[0]].withLinked(true);
    }
}
