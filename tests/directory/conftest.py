"""What the tests of the directory share: the state of all its tables."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps


@pytest.fixture
def rows(db: None) -> Callable[[], dict[str, list[tuple[Any, ...]]]]:
    """Reads every row of the directory, table by table, in one order."""

    def read() -> dict[str, list[tuple[Any, ...]]]:
        models = apps.get_app_config("directory").get_models()
        return {model.__name__: sorted(model._default_manager.values_list(), key=repr) for model in models}

    return read
