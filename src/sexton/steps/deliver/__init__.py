"""The step `deliver`: files go to a folder elsewhere, each under a temporary name first, and are verified there.

What it was given is handed on when every single file is there, whole and under its name; when one is not, nothing is.
Invariant: nobody ever sees a part of a file under its name, and an attempt after one that died at any point delivers
each file once.
"""

from sexton.config.steps.deliver import Options
from sexton.steps.dated import dated
from sexton.steps.deliver.lanes import Delivery
from sexton.steps.errors import StepError
from sexton.steps.manifest import Manifest
from sexton.steps.names import fault, shown
from sexton.steps.troubles import told
from sexton.steps.work import Work


def run(options: Options, work: Work) -> Manifest:
    _judge(work.input)
    with told("deliver"):
        there = options._replace(to=dated(options.to, work.fire_time))
        Delivery(there, work.input.files, work.report).all()
    return work.input


def prepare(options: Options) -> None:
    """Load what takes long to be loaded."""
    if options.to.startswith("sftp:"):
        import sexton.steps.sftp.client  # noqa: F401 - only loaded


def _judge(manifest: Manifest) -> None:
    """No two files may have one name, and none a name that leads elsewhere."""
    names: set[str] = set()
    for entry in manifest.files:
        why = "two files have this name" if entry.name in names else fault(entry.name)
        if why:
            raise StepError(f"cannot deliver {shown(entry.name)}: {why} ({entry.path})")
        names.add(entry.name)
