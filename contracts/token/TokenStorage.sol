// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Config, Issued} from "./Config.sol";
import {Documents} from "./Documents.sol";
import {Entry, Row} from "./Row.sol";

/// @title Token storage
/// @notice Everything a token keeps, in one place: the token and its office share this layout, and neither adds to it.
abstract contract TokenStorage is AccessManaged {
    mapping(address account => Row row) internal _rows; // of the zero address: always empty
    mapping(address account => mapping(uint256 position => Entry entry)) internal _history; // of the zero address: the supply's
    mapping(address account => uint256 units) internal _frozenUnits;
    mapping(address lost => address replacement) internal _successors;
    uint40[] internal _recordDates; // ascending
    Config internal _config;
    Issued internal _issued;
    Row internal _supplyCursor; // where the supply's history stands; its units are in {_issued}
    address internal _onchainID;
    mapping(address owner => mapping(address spender => uint256 units)) internal _allowances;
    mapping(address owner => uint256 nonce) internal _nonces;
    string internal _name;
    string internal _symbol;
    Documents.Store internal _documents;

    string internal constant VERSION = "tokenkit 0.1.0";
}
