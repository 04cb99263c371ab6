"""The doors at which each of the cast knocks: a browser with a session, a program with a token."""

import json
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from partners.models import ApiToken, User
from tests.isolation.people import TOKENS, Person
from tests.isolation.routes import Route
from tests.isolation.scene import Scene
from tests.world import NOW, sign_in

JSON = "application/json"


class Doors:
    """One person's browser and program. Each request begins with the cookies that they had at first."""

    def __init__(self, scene: Scene, who: Person) -> None:
        self.scene, self.who = scene, who

    @cached_property
    def user(self) -> User | None:
        """Their row; None for nobody at all."""
        return None if self.who.token == "none" else self.scene.world.person(self.scene.name_of(self.who.key))

    @cached_property
    def browser(self) -> Client:
        """Signed in, as somebody still is who has been put out since."""
        client = Client()
        if self.user is not None:
            sign_in(client, self.user)
        if self.who.here:
            client.get("/support/")  # the session is known from then on
        return client

    @cached_property
    def cookies(self) -> str:
        """What the browser holds at first."""
        return str(self.browser.cookies.output(header="", sep=";"))

    @cached_property
    def program(self) -> Client:
        """With a token, which may count no longer."""
        if self.user is None:
            return Client()
        token = f"isolation {self.who.key}"
        row = ApiToken.objects.keep(user=self.user, token=token, now=NOW)
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=NOW, **TOKENS[self.who.token])
        return Client(headers={"Authorization": f"Bearer {token}"})

    def knock(
        self, route: Route, method: str, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> Any:
        """The answer to one request: JSON to the API, a form to a page, in the query where there is no body."""
        if route.api:
            return self._send(self.program, method, path, body, JSON, headers)
        self.browser.cookies = SimpleCookie(self.cookies)
        if path.startswith("/accounts/"):
            cache.clear()  # where tries are counted
        return self._send(self.browser, method, path, body, "application/x-www-form-urlencoded", headers)

    def look(self, path: str) -> Any:
        """The answer to who opens an address."""
        if path.startswith("/api/"):
            return self.program.get(path)
        self.browser.cookies = SimpleCookie(self.cookies)
        return self.browser.get(path)

    def _send(self, client: Client, method: str, path: str, body: dict[str, Any], kind: str, headers: Any) -> Any:
        if method in {"GET", "HEAD"}:
            return client.generic(method, f"{path}?{urlencode(body, doseq=True)}" if body else path, headers=headers)
        data: bytes | str
        if files := [value for value in body.values() if isinstance(value, SimpleUploadedFile)]:
            for file in files:
                file.seek(0)
            data, kind = encode_multipart(BOUNDARY, body), MULTIPART_CONTENT
        elif kind == JSON:
            data = json.dumps(body) if body else ""
        else:
            data = urlencode(body, doseq=True)
        return client.generic(method, path, data, content_type=kind, headers=headers)
