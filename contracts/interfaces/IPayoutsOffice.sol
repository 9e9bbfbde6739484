// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayouts} from "./IPayouts.sol";

/// @title Payouts, in full
/// @notice Payouts with options: amounts per unit, payment dates, withholding tax, reinvestment; where payments go; calling off.
/// @dev What {Payouts} does beyond {IPayouts}; call it at the same address.
interface IPayoutsOffice {
    /// @notice What a payout may have besides; a zero leaves it out.
    struct Options {
        uint48 exDate; // from when units are traded without the payout; announced, not enforced
        uint48 paymentDate; // nobody is paid before; 0: as soon as the record date has passed
        bool admittedOnly; // an owner who is not admitted to the token is not paid until it is
        uint112 perUnit; // 0: shares of the amount; else a share is floor(perUnit × units / scale)
        uint96 scale; // units that `perUnit` is for, such as 10^decimals; 0 unless `perUnit` is given
        Rate[] rates; // tax withheld: the first rate that applies; none applies: nothing. At most 16
        Treaty[] treaties; // ascending, at most 64
        Reinvestment reinvestment;
    }

    /// @notice A rate of tax, and whose residents it is for.
    struct Rate {
        uint16 country; // ISO 3166-1 numeric; 0: any, also unknown
        uint32 mask; // claims looked at
        uint32 claims; // what they must be, within the mask
        uint24 ppm; // parts per million of the share, rounded down: 26.375 % is 263,750
        address authority; // the only account the tax is withdrawn to
    }

    /// @notice A holder's own rate of tax, in place of that of the rate that applies to it.
    struct Treaty {
        address holder; // at the record date
        uint24 ppm;
    }

    /// @notice New units in place of money for holders who asked for them.
    struct Reinvestment {
        uint112 price; // of `units` units, in the asset's smallest unit; 0: no reinvestment
        uint96 units;
        uint48 until; // unix seconds; afterwards the price is no longer offered, and all is paid as money
        address proceedsTo; // who gets the price
    }

    /// @notice What a holder would get.
    struct Quote {
        address owner; // the holder, or the wallet that replaced it
        address payee; // where the money goes
        uint256 share; // before tax
        uint256 tax;
        address authority; // whom the tax is for; zero: no rate applies
        bytes refusal; // why it would not be paid now though it is due, as an error; empty: it would
    }

    /// @notice The payout just declared has options.
    event PayoutOptions(uint256 indexed payoutId, Options options);

    /// @notice What a payout per unit lacked was paid in.
    event PayoutToppedUp(uint256 indexed payoutId, address indexed from, uint256 amount);

    /// @notice Tax was paid to its authority.
    event TaxWithdrawn(uint256 indexed payoutId, address indexed authority, uint256 amount);

    /// @notice New units were issued for `cost` of a payment; the rest of it was paid as money.
    event Reinvested(uint256 indexed payoutId, address indexed owner, uint256 units, uint256 cost);

    /// @notice An owner asked for new units and gets money: they could not be issued, or their price not be paid.
    event NotReinvested(uint256 indexed payoutId, address indexed owner, bytes reason);

    /// @notice Payments to an owner of units of this class go to this account from now on; zero: to itself.
    event PayeeSet(address indexed token, address indexed owner, address payee);

    /// @notice An owner of units of this class wants new units in place of money where they are offered, or no longer.
    event ReinvestmentSet(address indexed token, address indexed owner, bool on);

    /// @notice Orders signed with lower nonces are void.
    event OrdersVoided(address indexed claimant, uint256 nonce);

    /// @notice The payout was called off, and all of it returned to the issuer.
    event PayoutCancelled(uint256 indexed payoutId, address refundTo, uint256 amount);

    /// @notice The payment date cannot lie before the record date.
    error InvalidPaymentDate(uint48 paymentDate);

    /// @notice The record date has come; the payout can no longer be called off.
    error RecordDateHasCome(uint48 recordDate);

    /// @notice An amount per unit and its scale go together, and an amount in total has neither.
    error InvalidScale(uint112 perUnit, uint96 scale);

    /// @notice The deadline has come; what is paid in now would go to the issuer.
    error DeadlineHasCome(uint48 deadline);

    /// @notice The payout lacks nothing.
    error NothingMissing(uint256 payoutId);

    /// @notice At most `limit` rates of tax.
    error TooManyRates(uint256 limit);

    /// @notice At most `limit` treaties.
    error TooManyTreaties(uint256 limit);

    /// @notice A rate has an authority other than the payouts themselves, at most 1,000,000 parts per million, and asks for no claim outside its mask.
    error InvalidRate(uint256 index);

    /// @notice Treaties stand in ascending order of their holders beside rates, with at most 1,000,000 parts per million.
    error InvalidTreaty(uint256 index);

    /// @notice The withholding table could not be kept.
    error TableNotKept();

    /// @notice Reinvestment needs a price, the units it is for, until when, and an account for the proceeds (not the payouts themselves), or none of them.
    error InvalidReinvestment();

    /// @notice A price for new units can be set only by who may issue them.
    error NotAnIssuer(address caller);

    /// @notice Only the contract itself does this.
    error OnlyItself();

    /// @notice No tax is waiting for this authority.
    error NoTaxWithheld(uint256 payoutId, address authority);

    /// @notice Declares a payout with options and takes its amount from the caller.
    /// @dev Power: paying agent; with reinvestment, also whatever issuing units of the token takes.
    function declareWith(IPayouts.Declaration calldata declaration, Options calldata options)
        external
        payable
        returns (uint256 payoutId);

    /// @notice Pays in, after the record date, exactly what a payout per unit lacks. Anyone may.
    function topUp(uint256 payoutId) external payable returns (uint256 amount);

    /// @notice Calls a payout off before its record date, and returns all of it to the issuer.
    /// @dev Power: paying agent.
    function cancel(uint256 payoutId) external returns (uint256 amount);

    /// @notice Voids what the caller has signed and not yet seen handed in.
    function voidOrders() external;

    /// @notice Names the account that the caller's payments of a class go to; zero: to itself.
    function setPayee(address token, address payee) external;

    /// @notice Says whether the caller wants new units of a class in place of money, where they are offered.
    function setReinvestment(address token, bool on) external;

    /// @notice Issues units for a part of a payment, and pays the rest. The contract calls it to be able to undo it.
    function reinvest(uint256 payoutId, address owner, address payee, uint256 units, uint256 cost, uint256 rest)
        external;

    /// @notice Pays the tax kept for an authority to that authority. Anyone may.
    function withdrawWithheld(uint256 payoutId, address authority) external returns (uint256 amount);

    /// @notice A payout's options, as declared; the ex-date stands in the event only.
    function optionsOf(uint256 payoutId) external view returns (Options memory);

    /// @notice What a holder's share is, paid or not, what tax would be kept of it now, and where the rest would go.
    function quote(uint256 payoutId, address holder) external view returns (Quote memory);

    /// @notice Tax kept for an authority so far, and how much of it was withdrawn.
    function taxOf(uint256 payoutId, address authority) external view returns (uint256 withheld, uint256 withdrawn);

    /// @notice What a payout per unit lacks; zero unless its record date has passed.
    function missingFrom(uint256 payoutId) external view returns (uint256 amount);

    /// @notice Where the payments of an owner of units go, and whether it wants new units.
    function accountOf(address token, address owner) external view returns (address payee, bool reinvests);

    /// @notice The nonce that the next signed claim must have.
    function nonceOf(address claimant) external view returns (uint256);

    /// @notice The parameters of the signing domain (ERC-5267).
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );
}
