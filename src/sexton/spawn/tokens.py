"""The tokens of HTTP as secrets: what `secret:NAME` in their place stands for, and which variables hold them.

Loaded when there are tokens. Invariant: what is wrong with a value is said of its source, and never holds it.
"""

import os
from collections.abc import Iterable, Mapping

from sexton.model.errors import ConfigError, Problem
from sexton.model.http import SHORTEST_TOKEN, Tokens, is_token
from sexton.model.plan import Plan
from sexton.model.reference import SecretReference
from sexton.spawn.keyring import without_line_end

_KEYS = {"control": "token", "read": "read_token"}


def with_values(plan: Plan, values: Mapping[str, bytes]) -> Plan:
    """The plan with `values` of secrets in the place of references to them. Raises ConfigError with all that cannot be
    tokens."""
    found = plan.settings.http.tokens._asdict()
    problems: list[Problem] = []
    warnings: list[str] = []
    for field, reference in found.items():
        if not isinstance(reference, SecretReference):
            continue
        secret = plan.secrets[reference.secret]
        token = os.fsdecode(without_line_end(values[secret.name]))
        said = f"secrets.{secret.name}: it is the `{_KEYS[field]}` of [sexton], and"
        found[field] = token
        if not is_token(token):
            what = "a token is ASCII letters, digits and signs without spaces"
            from sexton.config.secrets import line_of

            problems.append(Problem(secret.file, line_of(secret), f"{said} {what}"))
        elif len(token) < SHORTEST_TOKEN:
            warnings.append(f"{said} a token of fewer than {SHORTEST_TOKEN} characters can be guessed")
    if problems:
        raise ConfigError(problems)
    http = plan.settings.http._replace(tokens=Tokens(**found))
    return plan._replace(settings=plan.settings._replace(http=http), warnings=(*plan.warnings, *warnings))


def as_values(tokens: Tokens) -> list[bytes]:
    """The tokens that there are."""
    return [token.encode() for token in tokens if token]


def variables_of(tokens: Iterable[str], environ: Mapping[str, str]) -> list[str]:
    """The variables whose value is a token, however the configuration came by it."""
    known = {token for token in tokens if token}
    return [name for name, value in environ.items() if value.strip() in known]
