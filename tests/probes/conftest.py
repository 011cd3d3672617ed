"""Certificates minted for the tests of this folder."""

from tests.support.pki import pki

__all__ = ["pki"]
