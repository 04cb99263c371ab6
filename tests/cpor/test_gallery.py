"""The demo's page of components: all of them, as pages draw them, and nowhere but in the demo."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.template import Template
from django.test import Client
from django.test.signals import template_rendered

from cpor.gallery.views import ERRORS
from scripts.setup import ROOT
from tests.world import World

COMPONENTS = {f"components/{path.name}" for path in (ROOT / "templates" / "components").glob("*.html")}


@pytest.fixture
def demo(settings: LazySettings) -> None:
    """The addresses that the demo has."""
    settings.ROOT_URLCONF = "cpor.gallery.urls"


def test_every_component_stands_on_the_page(demo: None, world: World) -> None:
    drawn = set()

    def note(template: Template, **_more: Any) -> None:
        drawn.add(template.name)

    template_rendered.connect(note)
    assert world.web("jonas.weber").get("/components/").status_code == 200
    template_rendered.disconnect(note)
    assert COMPONENTS - drawn == set()


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_stands_for_itself_with_its_status(demo: None, world: World, client: Client, status: int) -> None:
    answer = client.get(f"/components/errors/{status}/")
    assert (answer.status_code, f"Error {status}" in answer.text) == (status, True)


def test_an_error_that_there_is_not_is_not_found(demo: None, world: World, client: Client) -> None:
    assert client.get("/components/errors/418/").status_code == 404


def test_no_other_site_has_the_page(world: World, client: Client) -> None:
    assert {client.get(path).status_code for path in ("/components/", "/components/errors/404/")} == {404}
