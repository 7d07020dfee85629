"""As much of curl as the examples use, for a machine that has none: `python curl.py [options] ADDRESS`."""

import argparse
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def main() -> None:
    """Send one request and print the answer, then what --write-out asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--output")
    parser.add_argument("--write-out", default="")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("address")
    asked = parser.parse_args()
    headers = dict(line.split(": ", 1) for line in asked.H)
    request = Request(asked.address, data=asked.d.encode(), headers=headers)  # noqa: S310  the site under test
    try:
        with urlopen(request) as response:  # noqa: S310  the same
            status, body = response.status, response.read()
    except HTTPError as refused:
        status, body = refused.code, refused.read()
    told = asked.write_out.replace("\\n", "\n").replace("%{http_code}", str(status))
    sys.stdout.write(body.decode() + told)


if __name__ == "__main__":
    main()
