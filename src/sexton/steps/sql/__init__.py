"""The step `sql`: runs a statement in one transaction, keeps the rows that it gives, and holds their number to bounds.

It hands on what it was handed on, and behind that the rows that are kept. Invariant: where the number is out of bounds,
nothing that the statement did stays, and no file is there.
"""

from contextlib import AbstractContextManager, ExitStack, closing

from sexton.config.steps.sql import Options, control_refused, transaction_control, verify
from sexton.steps.alarm import at_the_latest
from sexton.steps.deadline import Deadline
from sexton.steps.drafts import Drafts
from sexton.steps.errors import Misconfigured, StepError
from sexton.steps.ledgers import ledger
from sexton.steps.manifest import Manifest, is_inside
from sexton.steps.options import refuse
from sexton.steps.parts import Parts
from sexton.steps.sql.session import Session
from sexton.steps.troubles import told
from sexton.steps.work import Work

_LARGEST = 10_000_000  # characters of a file of statements


def run(options: Options, work: Work) -> Manifest:
    statement = _statement(options)
    deadline = Deadline(options.deadline)
    with at_the_latest(deadline, "run the statement"), _session(options, work, deadline) as session:
        if options.into is None:
            with session.transaction():
                _judge(session.run(statement, options.parameters), options, work)
            return work.input
        return _kept(session, statement, options, work)


def _kept(session: Session, statement: str, options: Options, work: Work) -> Manifest:
    """The rows that come back, in a file."""
    assert options.into is not None
    if not is_inside(options.filename):
        raise Misconfigured(f"cannot keep rows as {options.filename}: a name below a folder is meant")
    with told("keep rows"), ExitStack() as stack:
        db = stack.enter_context(ledger(work.home, "sql", ""))
        parts = stack.enter_context(closing(Parts(db, work.home, work.run)))
        parts.clear(own=True)
        draft = stack.enter_context(Drafts(parts, options.into)).begin(options.filename)
        with session.transaction():
            rows = session.fetch(statement, options.parameters, draft)
            _judge(rows, options, work)
            draft.finish()
        return Manifest((*work.input.files, draft.publish(rows)))


def _judge(rows: int, options: Options, work: Work) -> None:
    least, most = options.min_rows, options.max_rows
    if least is not None and rows < least:
        raise StepError(f"cannot go on: {rows} rows where at least {least} are meant")
    if most is not None and rows > most:
        raise StepError(f"cannot go on: {rows} rows where at most {most} are meant")
    work.report.count(rows=rows)
    print(f"{rows} rows", flush=True)


def _statement(options: Options) -> str:
    refuse(verify(options))
    if not options.file:
        return options.statement
    with told("read the statement"), open(options.file, encoding="utf-8") as file:
        text = file.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        raise Misconfigured(f"cannot run {options.file}: it is longer than {_LARGEST:,} characters")
    word = transaction_control(options, text)
    if word is not None:
        raise Misconfigured(f"cannot run {options.file}: {control_refused(word)}")
    return text


def _session(options: Options, work: Work, deadline: Deadline) -> AbstractContextManager[Session]:
    if options.to.lower().startswith("sqlite:"):
        from sexton.steps.sql.sqlite import opened

        return opened(options, deadline)
    from sexton.steps.sql.postgres import opened as opened_there

    return opened_there(options, work, deadline)
