"""Reads a QR code of 37 by 37 modules (ISO/IEC 18004, version 5, level M, bytes), with nothing of what wrote it."""

from collections.abc import Callable, Iterator

SIZE = 37
# Version 5 at level M: two blocks, each of 43 codewords of data, written in turns.
BLOCKS, DATA = 2, 43
MASKED_FORMAT = 0b101010000010010
LEVEL_M = 0b00
BYTES = 0b0100
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, _: y % 2 == 0,
    lambda _, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)
FINDER = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")
Module = tuple[int, int]


def decoded(dark: set[Module]) -> str:
    """The text of a code, given its dark modules as (row, column); raises AssertionError where it is no such code."""
    for top, left in ((0, 0), (0, SIZE - 7), (SIZE - 7, 0)):
        for y, row in enumerate(FINDER):
            assert [(top + y, left + x) in dark for x in range(7)] == [each == "1" for each in row]
    mask = MASKS[_mask(dark)]
    bits = [((y, x) in dark) != mask(y, x) for y, x in _path()]
    words = [int("".join(str(int(bit)) for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)]
    data = [words[block + BLOCKS * place] for block in range(BLOCKS) for place in range(DATA)]
    stream = "".join(f"{word:08b}" for word in data)
    assert int(stream[:4], 2) == BYTES
    length = int(stream[4:12], 2)
    return bytes(int(stream[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode()


def _mask(dark: set[Module]) -> int:
    """Which mask lies over the code, as both copies of its format say."""
    beside = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    apart = [(y, 8) for y in range(SIZE - 1, SIZE - 8, -1)] + [(8, x) for x in range(SIZE - 8, SIZE)]
    said = {int("".join(str(int(module in dark)) for module in copy), 2) ^ MASKED_FORMAT for copy in (beside, apart)}
    (word,) = said
    assert word >> 13 == LEVEL_M
    return (word >> 10) & 0b111


def _path() -> Iterator[Module]:
    """The modules that hold codewords, in order: in columns of two, up and down, from the right."""
    upward, right = True, SIZE - 1
    while right > 0:
        for y in range(SIZE - 1, -1, -1) if upward else range(SIZE):
            yield from ((y, x) for x in (right, right - 1) if not _has_a_purpose(y, x))
        upward, right = not upward, right - 2
        right -= right == 6


def _has_a_purpose(y: int, x: int) -> bool:
    """Whether a module is of a finder with its format, of the timing, or of the one alignment pattern."""
    finder = (y < 9 and (x < 9 or x >= SIZE - 8)) or (y >= SIZE - 8 and x < 9)
    return finder or 6 in {y, x} or (abs(y - 30) <= 2 and abs(x - 30) <= 2)
