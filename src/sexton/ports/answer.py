"""How what takes time comes back."""

from collections.abc import Callable
from typing import Any

Answer = Callable[[Any], None]  # called with the answer, or with the SextonError that took its place
