// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {Terms} from "../src/Terms.sol";
import {TypedData} from "../src/TypedData.sol";
import {Deployed} from "./support/Deployed.sol";
import {vm} from "./support/Vm.sol";

/// @title Hashes and signatures of the contract are those that cast makes
/// @dev pinned/vectors.json is written by maint/contracts/vectors.py, which has nothing from here.
contract VectorsTest is Deployed {
    Escrow private _escrow;
    string private _json;
    string private _case;

    function setUp() public {
        _escrow = deploy();
        _json = vm.readFile("pinned/vectors.json");
    }

    function test_first_order_has_hashes_of_cast() public {
        holds(0);
    }

    function test_second_order_has_hashes_of_cast() public {
        holds(1);
    }

    function test_third_order_has_hashes_of_cast() public {
        holds(2);
    }

    function holds(uint256 number) private {
        vm.assertEq(address(_escrow), vm.parseJsonAddress(_json, ".escrow"), "escrow");
        _case = string.concat(".cases[", vm.toString(number), "].");
        Terms memory terms = readTerms();
        bytes32 id = word("id");
        vm.chainId(terms.chainId);
        vm.assertEq(abi.encode(terms), vm.parseJsonBytes(_json, key("encoded")), "encoded");
        vm.assertEq(_escrow.idOf(terms), id, "id");
        vm.assertEq(_escrow.vaultOf(id), vm.parseJsonAddress(_json, key("vault")), "vault");
        vm.assertEq(_escrow.domainSeparator(), word("domain_separator"), "domain");
        commitments(terms);
        acts(id);
        attestations(id);
        text(vm.parseJsonAddress(_json, key("vault")));
    }

    function commitments(Terms memory terms) private view {
        uint8 threshold = uint8(number_("attestors.threshold"));
        address[] memory list = vm.parseJsonAddressArray(_json, key("attestors.addresses"));
        vm.assertEq(keccak256(abi.encode(threshold, list)), terms.attestors, "attestors");
        bytes memory secret = bytes(vm.parseJsonString(_json, key("release_secret")));
        vm.assertEq(secret.length == 0 ? bytes32(0) : sha256(secret), terms.releaseHash, "release hash");
        bytes32 destination = keccak256(
            abi.encode(
                word("order.postal_salt"),
                vm.parseJsonString(_json, key("order.country")),
                vm.parseJsonString(_json, key("order.postal_code"))
            )
        );
        bytes32 goods = sha256(bytes(vm.parseJsonString(_json, key("order.goods"))));
        vm.assertEq(keccak256(abi.encode(word("order.salt"), destination, goods)), terms.order, "order");
        bytes32 parcel = keccak256(
            abi.encode(
                vm.parseJsonString(_json, key("tracking.carrier")),
                vm.parseJsonString(_json, key("tracking.number")),
                word("tracking.salt")
            )
        );
        vm.assertEq(bytes32(bytes21(parcel)), word("tracking.tracking"), "tracking");
    }

    function acts(bytes32 id) private view {
        for (uint256 i; i < 5; ++i) {
            string memory one = string.concat("acts[", vm.toString(i), "].");
            bytes32 action = keccak256(bytes(vm.parseJsonString(_json, key(string.concat(one, "action")))));
            bytes32 digest = _escrow.actDigest(id, action, number_(string.concat(one, "arg")));
            isSigned(one, digest);
        }
    }

    function attestations(bytes32 id) private view {
        TypedData.Report memory report;
        report.acceptedAt = uint64(number_("delivered.acceptedAt"));
        report.deliveredAt = uint64(number_("delivered.deliveredAt"));
        report.matchLevel = uint8(number_("delivered.matchLevel"));
        report.evidence = word("delivered.evidence");
        bytes21 tracking = bytes21(word("delivered.tracking"));
        isSigned("delivered.", _escrow.deliveredDigest(id, tracking, report));
        isSigned("extend.", _escrow.extendDigest(id, uint64(number_("extend.until"))));
    }

    function text(address vault) private view {
        isSigned("release_text.", _escrow.releaseTextDigest(vault));
    }

    /// @dev Holds a digest, and the signature that cast made by itself, to those of the file.
    function isSigned(string memory one, bytes32 digest) private view {
        vm.assertEq(digest, word(string.concat(one, "digest")), one);
        bytes memory signature = vm.parseJsonBytes(_json, key(string.concat(one, "signature")));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(number_(string.concat(one, "key")), digest);
        vm.assertEq(abi.encodePacked(r, s, v), signature, one);
    }

    function readTerms() private view returns (Terms memory terms) {
        terms.chainId = number_("terms.chainId");
        terms.seller = account("seller");
        terms.sellerOp = account("sellerOp");
        terms.refundTo = account("refundTo");
        terms.buyerKey = account("buyerKey");
        terms.arbiter = account("arbiter");
        terms.token = account("token");
        terms.price = uint128(number_("terms.price"));
        terms.shipBy = uint64(number_("terms.shipBy"));
        terms.deliverBy = uint64(number_("terms.deliverBy"));
        terms.disputeWindow = uint32(number_("terms.disputeWindow"));
        terms.arbiterWindow = uint32(number_("terms.arbiterWindow"));
        terms.arbiterFeeBps = uint16(number_("terms.arbiterFeeBps"));
        terms.keeperTip = uint96(number_("terms.keeperTip"));
        terms.minMatch = uint8(number_("terms.minMatch"));
        terms.attestors = word("terms.attestors");
        terms.releaseHash = word("terms.releaseHash");
        terms.order = word("terms.order");
    }

    function key(string memory name) private view returns (string memory) {
        return string.concat(_case, name);
    }

    function word(string memory name) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, key(name));
    }

    function number_(string memory name) private view returns (uint256) {
        return vm.parseJsonUint(_json, key(name));
    }

    function account(string memory name) private view returns (address) {
        return vm.parseJsonAddress(_json, key(string.concat("terms.", name)));
    }
}
