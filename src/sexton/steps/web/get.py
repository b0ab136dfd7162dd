"""GET of an address: the answers that a file has, and an error for each other one."""

from urllib.parse import SplitResult

from sexton.steps.deadline import Deadline
from sexton.steps.web.ask import Access, Answer, Request, ask, refusal

_OF_A_FILE = (200, 206, 304, 416)


def get(url: SplitResult, access: Access, headers: dict[str, str], deadline: Deadline) -> Answer:
    """The answer of the last server, if it is 200, 206, 304 or 416. Raises StepErrors for any other."""
    answer = ask(Request(headers=tuple(headers.items())), url, access, deadline)
    if answer.status in _OF_A_FILE:
        return answer
    answer.close()
    raise refusal(answer, "fetch")
