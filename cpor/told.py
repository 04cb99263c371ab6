"""What the next page is to tell, kept in a cookie until then."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class _Cookie(CookieStorage):
    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Told(FallbackStorage):
    """Django's own storage, with the name that all our cookies have; what is too long stands in the session."""

    storage_classes = (_Cookie, SessionStorage)
