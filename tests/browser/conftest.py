"""What tests in the browser share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.site import Site, running_site


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The citizens' side."""
    async with running_site() as site:
        yield site
