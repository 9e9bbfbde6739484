// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1643} from "../interfaces/standards/IERC1643.sol";

/// @title Documents
/// @notice Names, locations and hashes of a security's documents (ERC-1643).
library Documents {
    struct Document {
        string uri;
        bytes32 hash;
        uint64 modified; // unix seconds; 0: no such document
        uint64 position; // in names
    }

    struct Store {
        mapping(bytes32 name => Document document) documents;
        bytes32[] names;
    }

    function set(Store storage store, bytes32 name, string calldata uri, bytes32 hash) internal {
        require(name != 0, IERC1643.ERC1643InvalidName());

        Document storage document = store.documents[name];
        if (document.modified == 0) {
            document.position = uint64(store.names.length); // Cannot truncate: one transaction a document.
            store.names.push(name);
        }
        document.uri = uri;
        document.hash = hash;
        document.modified = uint64(block.timestamp); // Cannot truncate for 584 billion years.
        emit IERC1643.DocumentUpdated(name, uri, hash);
    }

    function remove(Store storage store, bytes32 name) internal {
        Document memory document = store.documents[name];
        require(document.modified != 0, IERC1643.ERC1643MissingDocument());

        bytes32 last = store.names[store.names.length - 1];
        store.names[document.position] = last;
        store.documents[last].position = document.position;
        store.names.pop();
        delete store.documents[name];
        emit IERC1643.DocumentRemoved(name, document.uri, document.hash);
    }
}
