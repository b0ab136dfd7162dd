"""What packages raise, in the words of steps."""

from socket import gaierror

import pytest

from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary
from sexton.steps.foreign import Foreign


class Odd(Exception):
    """A package's own."""


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (Odd("x"), StepError),
        (PermissionError("x"), NotPermitted),
        (TimeoutError("x"), Temporary),
        (gaierror("x"), Temporary),
        (OSError("x"), StepError),
    ],
)
def test_what_a_package_raises_says_what_could_not_be_done(raised: Exception, kind: type[StepError]) -> None:
    with pytest.raises(StepError, match=f"cannot do it: {type(raised).__name__}: x") as caught, Foreign("do it"):
        raise raised

    assert type(caught.value) is kind


def test_an_error_of_a_step_stays_as_it_is() -> None:
    error = Misconfigured("as it is")

    with pytest.raises(Misconfigured) as caught, Foreign("do it"):
        raise error

    assert caught.value is error
