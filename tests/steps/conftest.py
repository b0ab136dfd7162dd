"""A real SFTP server for all tests of steps that need one."""

from collections.abc import Iterator

import pytest

from tests.servers.sshd import Sshd, sshd


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server
