"""Starts services for the chaos tests, and leaves none behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.processes import Crew, Service


@pytest.fixture
def start() -> Iterator[Callable[..., Service]]:
    """Starts services, and leaves none behind."""
    services: list[Service] = []

    def start_one(*arguments: str, env: dict[str, str]) -> Service:
        services.append(Service(list(arguments), env))
        return services[-1]

    yield start_one
    for service in services:
        service.end()


@pytest.fixture
def hire() -> Iterator[Callable[[str, Path], Crew]]:
    """Starts two workers on a database and a folder, and leaves none behind."""
    crews: list[Crew] = []

    def hire_two(url: str, folder: Path) -> Crew:
        crews.append(Crew(url, folder))
        return crews[-1]

    yield hire_two
    for crew in crews:
        crew.end()
