"""The `mtlc` command."""

import sys

from . import _mtlc


def main() -> int:
    return _mtlc.command(["mtlc", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
