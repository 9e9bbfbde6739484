// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IAdmissionHooks, IIdentityRegistry} from "../../../contracts/interfaces/IIdentityRegistry.sol";
import {IRulebookFace} from "../../../contracts/interfaces/IRulebook.sol";
import {ISecurityToken} from "../../../contracts/interfaces/ISecurityToken.sol";
import {Kind, Move, Party} from "../../../contracts/types/Move.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";

/// @title Token that records what its registry tells it
/// @notice A ledger of plain balances that asks a registry for facts and a rulebook for permission, the way SecurityToken does, and nothing else.
contract RecordingToken is IAdmissionHooks, ERC165 {
    event Announced(address[] wallets);
    event Confirmed(address[] wallets, uint16 country, uint32 claims);
    event Voided();

    address public identityRegistry;
    address public compliance;
    bool public hooked = true;
    bool public broken;
    uint256 private _supply;
    mapping(address account => uint256) public balanceOf;

    modifier working() {
        require(!broken, "broken");
        _;
    }

    /// @notice Units in issue.
    function totalSupply() external view working returns (uint256) {
        return _supply;
    }

    /// @notice Asks these from now on; zero: nobody.
    function ask(address registry, address rulebook) external {
        (identityRegistry, compliance) = (registry, rulebook);
    }

    /// @notice Claims to support the hooks, or not.
    function setHooked(bool on) external {
        hooked = on;
    }

    /// @notice Refuses to be told anything, or not.
    function setBroken(bool on) external {
        broken = on;
    }

    /// @notice Writes down what accounts hold, asking nobody and telling nobody.
    function hold(address[] calldata accounts, uint256[] calldata units) external {
        for (uint256 i; i < accounts.length; ++i) {
            _supply = _supply + units[i] - balanceOf[accounts[i]];
            balanceOf[accounts[i]] = units[i];
        }
    }

    /// @notice Moves units as a token would: asks, changes its ledger, tells. To the same wallet nothing moves and nobody is asked.
    function act(Kind kind, address from, address to, uint256 units) external {
        if (from == to) return;
        Move memory move = moveOf(kind, from, to, units);
        (Verdict memory verdict, bool notify) = IRulebookFace(compliance).check(move);
        if (verdict.code != 0) {
            revert ISecurityToken.TransferRestricted(verdict.code, verdict.account, verdict.limit, verdict.actual);
        }
        if (kind == Kind.Issue) _supply += units;
        else balanceOf[from] -= units;
        if (kind == Kind.Redeem) _supply -= units;
        else balanceOf[to] += units;
        if (notify) IRulebookFace(compliance).moved(move);
    }

    /// @notice What the rulebook would say to all that.
    function explain(Kind kind, address from, address to, uint256 units)
        external
        view
        returns (Verdict[] memory verdicts)
    {
        if (from == to) return verdicts;
        return IRulebookFace(compliance).explain(moveOf(kind, from, to, units));
    }

    function check(Move calldata move) external view returns (Verdict memory, bool) {
        return IRulebookFace(compliance).check(move);
    }

    function tell(Move calldata move) external {
        IRulebookFace(compliance).moved(move);
    }

    function recover(address lost, address replacement, address identity) external {
        IIdentityRegistry(identityRegistry).recover(lost, replacement, identity);
    }

    function carryOver(address lost, address replacement) external {
        IRulebookFace(compliance).recovered(lost, replacement);
    }

    function admissionsChanged() external working {
        emit Voided();
    }

    function beforeFactsChange(address[] calldata wallets) external working {
        emit Announced(wallets);
        Party memory leaving = _party(wallets[0]);
        leaving.units = leaving.held = _sum(wallets);
        Party memory nobody;
        _reclassify(leaving, nobody, leaving.held);
    }

    function afterFactsChange(address[] calldata wallets, uint16 country, uint32 claims) external working {
        emit Confirmed(wallets, country, claims);
        Party memory nobody;
        Party memory entering;
        (entering.wallet, entering.country, entering.claims) = (wallets[0], country, claims);
        _reclassify(nobody, entering, _sum(wallets));
    }

    function heldByInvestor(address account) public view returns (uint256) {
        address[] memory wallets = IIdentityRegistry(identityRegistry).walletsOf(account);
        return wallets.length == 0 ? balanceOf[account] : _sum(wallets);
    }

    function moveOf(Kind kind, address from, address to, uint256 units) public view returns (Move memory move) {
        (move.kind, move.operator, move.units, move.supply) = (kind, from, units, _supply);
        if (from != address(0)) move.from = _party(from);
        if (to != address(0)) move.to = _party(to);
        address giver = IIdentityRegistry(identityRegistry).investorOf(from);
        move.sameInvestor =
            from == to || (giver != address(0) && giver == IIdentityRegistry(identityRegistry).investorOf(to));
    }

    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return (hooked && interfaceId == type(IAdmissionHooks).interfaceId) || super.supportsInterface(interfaceId);
    }

    function _reclassify(Party memory from, Party memory to, uint256 units) private {
        if (units == 0 || compliance == address(0)) return;
        Move memory move;
        (move.kind, move.operator, move.units, move.supply) = (Kind.Reclassify, msg.sender, units, _supply);
        (move.from, move.to) = (from, to);
        IRulebookFace(compliance).moved(move);
    }

    function _party(address wallet) private view returns (Party memory) {
        (IIdentityRegistry.Facts memory facts,) = IIdentityRegistry(identityRegistry).factsOf(wallet);
        return Party({
            wallet: wallet,
            country: facts.country,
            claims: facts.claims,
            units: balanceOf[wallet],
            held: heldByInvestor(wallet)
        });
    }

    function _sum(address[] memory wallets) private view returns (uint256 units) {
        for (uint256 i; i < wallets.length; ++i) {
            units += balanceOf[wallets[i]];
        }
    }
}
