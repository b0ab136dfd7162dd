"""/api/v1/reexec: go on as the Sexton that is installed by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import as_json
from sexton.api.exchange import Exchange

if TYPE_CHECKING:
    from sexton.ports import Control


def post(exchange: Exchange, control: Control) -> None:
    """Answers when nothing is in the way any more. Who asks for `info` next is answered by the new image, or by this
    one, which then says why."""
    control.reexec(exchange.answering(lambda said: as_json({"message": said}, 202)))
