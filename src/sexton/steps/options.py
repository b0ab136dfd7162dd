"""The options of a step: values as TOML has them → the step's OPTIONS, as its KEYS say how.

The plan's reader has found every fault that can be found before the run; what is found here is what a secret, or a
person's command line, brought.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sexton.config.steps.catalogue import STEPS, options_module
from sexton.config.steps.key import Faults, Key
from sexton.config.suggest import hint
from sexton.config.values import Unfit
from sexton.steps.errors import Misconfigured


def read_options(step: str, values: Mapping[str, Any], fire_time: datetime) -> Any:
    """The OPTIONS of `step`; in dated ones `%Y` and the like stand for `fire_time`. Raises Misconfigured."""
    if step not in STEPS:
        raise Misconfigured(f"there is no step `{step}`; {hint(step, STEPS)}")
    module = options_module(step)
    keys: dict[str, Key] = {key.name: key for key in module.KEYS}
    for name in values:
        if name not in keys:
            raise Misconfigured(f"{step}: unknown key `{name}`; {hint(name, keys)}")
    return module.OPTIONS(**{key.field: _value(step, key, values, fire_time) for key in keys.values()})


def refuse(faults: Faults) -> None:
    """Raise Misconfigured for the first of them."""
    for key, why in faults:
        raise Misconfigured(f"{key}: {why}")


def _value(step: str, key: Key, values: Mapping[str, Any], fire_time: datetime) -> Any:
    if key.name not in values:
        if key.required:
            raise Misconfigured(f"{step}: `{key.name}` is missing: {key.help}")
        return key.default
    try:
        return key.convert(dated(values[key.name], fire_time) if key.dated else values[key.name])
    except Unfit as error:
        raise Misconfigured(f"{step}: {key.name}: {'it cannot be used' if key.secret else error}") from None


def dated(value: Any, fire_time: datetime) -> Any:
    """A text, or a list of texts, with strftime(3)'s `%Y` and the like replaced."""
    if isinstance(value, str):
        return fire_time.strftime(value) if "%" in value else value
    return [dated(each, fire_time) for each in value] if isinstance(value, list) else value
