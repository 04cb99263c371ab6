"""Reading JSON bodies that may be hostile."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

# Past this many digits Python refuses to read a number; no field holds one nearly as long.
LONGEST_NUMBER = 4000


class StrictJSONParser(JSONParser):
    """JSON of limited depth; what cannot be read is a 400 with its reason, never a crash."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The decoded body. A number too long to be read is infinity, which no field takes.

        Raises:
            ParseError: for what is no JSON or nested too deep.
        """
        encoding = (parser_context or {}).get("encoding") or "utf-8"
        try:
            return json.loads(stream.read().decode(encoding), parse_int=_whole, parse_constant=_refuse)
        except RecursionError as error:
            raise ParseError(_("The body is nested too deep.")) from error
        except LookupError as error:
            raise ParseError(_("The body is in no known charset.")) from error
        except ValueError as error:
            raise ParseError(f"JSON parse error - {error}") from error


def _whole(text: str) -> int | float:
    return int(text) if len(text) <= LONGEST_NUMBER else math.inf


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")
