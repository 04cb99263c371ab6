"""Choosing a language on the page."""

from django.test import Client

from tests.world import World


def test_a_signed_in_person_keeps_the_language_they_chose(world: World) -> None:
    browser = world.web("jonas.weber")

    response = browser.post("/language/", {"language": "es", "next": "/claims/"})

    assert (response.status_code, response.headers["Location"]) == (302, "/claims/")
    assert world.person("jonas.weber").language == "es"
    assert 'lang="es"' in browser.get("/claims/").content.decode()


def test_a_language_that_is_not_spoken_changes_nothing(world: World) -> None:
    world.web("jonas.weber").post("/language/", {"language": "tlh", "next": "/claims/"})

    assert world.person("jonas.weber").language == "en"


def test_the_way_back_never_leads_off_the_site(world: World) -> None:
    response = world.web("jonas.weber").post("/language/", {"language": "es", "next": "https://elsewhere.example/"})

    assert response.headers["Location"] == "/"


def test_somebody_not_signed_in_chooses_for_this_browser(db: None) -> None:
    browser = Client()

    browser.post("/language/", {"language": "es", "next": "/accounts/login/"})

    assert 'lang="es"' in browser.get("/accounts/login/").content.decode()
