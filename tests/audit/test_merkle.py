"""The tree over the lines of a seal is the one of RFC 6962, so that anybody can compute it anew."""

import hashlib

import pytest

from portal.audit.merkle import leaf_hash, merkle_root

# The inputs and roots that implementations of RFC 6962 are tested with.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def split(leaves: list[bytes]) -> bytes:
    """The root as the RFC defines it: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    at = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + split(leaves[:at]) + split(leaves[at:])).digest()


@pytest.mark.parametrize("many", range(1, 9))
def test_known_trees_have_their_known_roots(many: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(content)) for content in INPUTS[:many]]
    assert merkle_root(leaves).hex() == ROOTS[many - 1]


def test_a_tree_of_any_size_is_the_one_that_the_rfc_defines() -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(130)]
    for many in range(1, len(leaves) + 1):
        assert merkle_root(leaves[:many]) == split(leaves[:many]), many
    assert merkle_root([]) == hashlib.sha256().digest()


def test_a_node_cannot_be_taken_for_a_leaf() -> None:
    first, second = leaf_hash(b"1"), leaf_hash(b"2")
    assert merkle_root([leaf_hash(first + second)]) != merkle_root([first, second])
