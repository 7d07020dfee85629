"""Decides which bytes a file of members is: a ZIP written out here, so that no release of Python changes one of them.

Nothing in it is free: members are not compressed, stand in a fixed order, all have one time and one mode, and every
length and checksum follows from their bytes. So a file is what was packed, or it is refused, and no byte is left over.
`zipfile` writes the same today (a test holds it to that), and promises nothing of it for tomorrow.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence

# Of the ZIP specification (APPNOTE 6.3): a file, its entry in the directory, and the end of that.
_FILE, _ENTRY, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_READ_BY = 20  # version 2.0 reads it
_MADE_ON_UNIX = (3 << 8) + _READ_BY
_FIRST_DAY = (1 << 5) + 1  # 1 January 1980, the first day a ZIP can name
_MODE = 0o100644 << 16
_HEADER = struct.Struct("<5H3I2H")
_BEFORE_NAME = len(_FILE) + _HEADER.size
_LENGTH_AT = len(_FILE) + 18


class NotPacked(ValueError):
    """Bytes are no file of these members."""


def pack(members: Mapping[str, bytes]) -> bytes:
    """Take members by their ASCII names, and give the one file that holds them in this order."""
    files, directory = bytearray(), bytearray()
    for name, data in members.items():
        about = _HEADER.pack(_READ_BY, 0, 0, 0, _FIRST_DAY, zlib.crc32(data), len(data), len(data), len(name), 0)
        directory += _ENTRY + struct.pack("<H", _MADE_ON_UNIX) + about
        directory += struct.pack("<3H2I", 0, 0, 0, _MODE, len(files)) + name.encode("ascii")
        files += _FILE + about + name.encode("ascii") + data
    count = len(members)
    return bytes(files + directory + _END + struct.pack("<4H2IH", 0, 0, count, count, len(directory), len(files), 0))


def members_of(packed: bytes, names: Sequence[str]) -> dict[str, bytes]:
    """The members of a file by their names, in order, whatever else is wrong with it; raises NotPacked.

    Pack them again and compare: only then is every byte accounted for.
    """
    found, at = {}, 0
    for name in names:
        begins = at + _BEFORE_NAME + len(name)
        if packed[begins - len(name) : begins] != name.encode("ascii"):
            raise NotPacked
        at = begins + int.from_bytes(packed[at + _LENGTH_AT : at + _LENGTH_AT + 4], "little")
        found[name] = packed[begins:at]
    return found
