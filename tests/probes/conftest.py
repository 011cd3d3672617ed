"""Certificates minted for the tests of this folder."""

import pytest
import trustme

from tests.support.pki import Pki


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """An authority that the network under test trusts."""
    return Pki(trustme.CA(), tmp_path_factory.mktemp("pki"))
