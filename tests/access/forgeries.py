"""Viewer contexts that nobody signed, or that were signed for somebody or some time else."""

import hashlib
import hmac
import time

from portal.access.context import derive_key, sign
from tests.access.scene import Scene
from tests.conftest import SECRET

KEY = derive_key(SECRET)


def in_a_moment() -> int:
    """A time that has not come yet, in seconds since the epoch."""
    return int(time.time()) + 60


def forgeries(scene: Scene) -> dict[str, str]:
    """What a stranger could send to be taken for the author, by how it was made."""
    audiences = ",".join(map(str, scene.author.audience_ids))
    wanted = f"{in_a_moment()}|{scene.author.membership_id}|{audiences}"
    return _signed_wrongly(wanted) | _tampered(scene, audiences) | _misread(scene, wanted) | _late(scene)


def _mac(key: bytes, payload: str) -> str:
    return hmac.new(key, payload.encode(), hashlib.sha256).hexdigest()


def _signed_wrongly(wanted: str) -> dict[str, str]:
    right = _mac(KEY, wanted)
    other = derive_key("a secret that this installation does not have")
    return {
        "no signature": wanted,
        "empty signature": f"{wanted}.",
        "another key": f"{wanted}.{_mac(other, wanted)}",
        "the secret itself as the key": f"{wanted}.{_mac(SECRET.encode(), wanted)}",
        "no key": f"{wanted}.{_mac(b'', wanted)}",
        "a plain hash": f"{wanted}.{hashlib.sha256(wanted.encode()).hexdigest()}",
        "a hash that begins with nothing": f"{wanted}.{hashlib.sha256(bytes(64) + wanted.encode()).hexdigest()}",
        "half a signature": f"{wanted}.{right[:32]}",
        "all but one letter": f"{wanted}.{right[:-1]}",
        "one letter more": f"{wanted}.{right}0",
        "a signature in capitals": f"{wanted}.{right.upper()}",
        "the signature turned round": f"{wanted}.{right[::-1]}",
        "something after the signature": f"{wanted}.{right} ",
        "a sign that matches anything": f"{wanted}.%",
        "a signature of zeros": f"{wanted}.{'0' * 64}",
        "another algorithm": f"{wanted}.{hmac.new(KEY, wanted.encode(), hashlib.sha512).hexdigest()}",
    }


def _tampered(scene: Scene, audiences: str) -> dict[str, str]:
    """A genuine context of the stranger, changed towards the author."""
    payload, mac = sign(KEY, scene.stranger).rsplit(".", 1)
    expiry, membership, own = payload.split("|")
    return {
        "another payload's signature": f"{expiry}|{scene.author.membership_id}|{audiences}.{mac}",
        "another's audiences": f"{expiry}|{membership}|{audiences}.{mac}",
        "one more audience": f"{payload},{scene.author.audience_ids[0]}.{mac}",
        "one more audience in front": f"{expiry}|{membership}|{scene.author.audience_ids[0]},{own}.{mac}",
        "a second list of audiences": f"{payload}|{audiences}.{mac}",
        "the audiences as an array": f"{expiry}|{membership}|{{{audiences}}}.{mac}",
        "every audience": f"{expiry}|{membership}|*.{mac}",
        "the author's membership": f"{expiry}|{scene.author.membership_id}|{own}.{mac}",
        "a longer life": f"{int(expiry) + 1}|{membership}|{own}.{mac}",
        "the first letters of a payload": f"{payload[:-1]}.{mac}",
        "white space": f" {payload}.{mac}",
    }


def _misread(scene: Scene, wanted: str) -> dict[str, str]:
    """Texts that a careless reader could take apart in another way."""
    payload, mac = sign(KEY, scene.stranger).rsplit(".", 1)
    return {
        "two payloads": f"{wanted}.{payload}.{mac}",
        "two payloads, the genuine one first": f"{payload}.{mac}.{wanted}",
        "two signatures": f"{wanted}.{_mac(KEY, payload)}.{mac}",
        "another delimiter": f"{wanted.replace('|', ';')}.{mac}",
        "lines": f"{payload}\n{wanted}.{mac}",
        "words": "everything",
        "only separators": "||.",
        "a space": " ",
        "a full stop": ".",
        "quotes": "' or true --",
        "a statement": "'; set role concord_owner; --",
        "a call": "(select string_agg(id::text, ',') from audience)",
        "digits of another script": wanted.translate({ord("0") + each: ord("٠") + each for each in range(10)}),
        "letters that look alike": f"{payload.replace('a', 'а').replace('e', 'е')}.{mac}",
        "a combining mark": f"{payload}\u0301.{mac}",
        "a word that turns direction": f"\u202e{payload}.{mac}",
        "a picture": "👮.👮",
        "a number beyond counting": f"{'9' * 40}|{scene.author.membership_id}|1.{mac}",
        "no number": f"infinity|{scene.author.membership_id}|1.{mac}",
        "a million letters": "9" * 1_000_000,
    }


def _late(scene: Scene) -> dict[str, str]:
    moment = int(time.time())
    return {
        "past its expiry": sign(KEY, scene.author, expires_at=moment - 1),
        "replayed an hour later": sign(KEY, scene.author, expires_at=moment - 3540),
        "from the beginning of time": sign(KEY, scene.author, expires_at=0),
        "from before the beginning": sign(KEY, scene.author, expires_at=-1),
    }
