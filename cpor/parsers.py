"""Reading JSON bodies that may be hostile."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class TooLarge(APIException):
    """The body is past the limit of the settings."""

    status_code = 413
    default_detail = "The body is larger than 1 MB."
    default_code = "body_too_large"


class StrictJSONParser(JSONParser):
    """JSON of limited size and depth; what cannot be read is a 400 with its reason, never a crash."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The decoded body.

        Raises:
            ParseError: for what is no JSON or nested too deep.
            TooLarge: past `DATA_UPLOAD_MAX_MEMORY_SIZE`.
        """
        try:
            return super().parse(stream, media_type, dict(parser_context or {}))
        except RecursionError as error:
            raise ParseError("The body is nested too deep.") from error
        except RequestDataTooBig as error:
            raise TooLarge from error
