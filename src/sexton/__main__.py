"""`sexton` and `python -m sexton`: a daemon's ears first, then the command line."""

import sys

from sexton import early


def main() -> int:
    """Do what the process's arguments ask for; the exit code: 0 when a daemon was stopped before it had begun."""
    if not early.concerns(sys.argv[1:]):
        from sexton.brief import briefly

        return briefly(_command_line)
    early.EARS.hear()
    try:
        return _command_line()
    except early.Stopped:
        print("sexton: stopped while it was starting; nothing was started", file=sys.stderr)
        return 0


def _command_line() -> int:
    from sexton.cli.main import main

    return main()


if __name__ == "__main__":
    sys.exit(main())
