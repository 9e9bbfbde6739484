// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ERC-1643: documents of a security
/// @notice Names, locations and hashes of documents, so that tampering shows.
interface IERC1643 {
    /// @notice A document was added or replaced.
    event DocumentUpdated(bytes32 indexed _name, string _uri, bytes32 _documentHash);

    /// @notice A document was removed.
    event DocumentRemoved(bytes32 indexed _name, string _uri, bytes32 _documentHash);

    /// @notice A document needs a name.
    error ERC1643InvalidName();

    /// @notice There is no document of this name.
    error ERC1643MissingDocument();

    /// @notice Location, hash and time of the last change (unix seconds) of a document; empty if there is none.
    function getDocument(bytes32 _name) external view returns (string memory uri, bytes32 documentHash, uint256 modified);

    /// @notice Adds or replaces a document.
    function setDocument(bytes32 _name, string calldata _uri, bytes32 _documentHash) external;

    /// @notice Removes a document.
    function removeDocument(bytes32 _name) external;

    /// @notice The names of all documents.
    function getAllDocuments() external view returns (bytes32[] memory names);
}
