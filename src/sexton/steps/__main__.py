"""`python -m sexton.steps`: the conductor of a job's steps; `python -m sexton.steps NAME`: one of them."""

import sys

from sexton.brief import briefly


def main(words: list[str]) -> int:
    if words:
        from sexton.steps import child

        return child.main(words[0])
    from sexton.steps.conductor import conduct

    return conduct.main()


if __name__ == "__main__":
    sys.exit(briefly(lambda: main(sys.argv[1:])))
