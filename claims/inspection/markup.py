"""XML, read as a stream of elements: no document type, no entities, nothing fetched, nothing kept."""

from collections.abc import Iterable, Mapping
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException, DTDForbidden  # type: ignore[import-untyped]
from defusedxml.expatreader import DefusedExpatParser  # type: ignore[import-untyped]

from claims.inspection.report import unsafe

DEEPEST = 1000


class Elements(ContentHandler):
    """Hears of each element by its name without prefix, and of text. Parsers give text in pieces."""

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins; attribute names keep their prefixes."""

    def end(self, name: str) -> None:
        """An element ends."""


def named(attributes: Mapping[str, str], name: str) -> str:
    """The value of an attribute, whatever its prefix."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def parse(chunks: Iterable[bytes], elements: Elements) -> None:
    """Feeds a document to `elements`. Raises Refused for a document type; whatever is not XML raises, too."""
    parser = _Parser(elements)
    seen = b""
    try:
        for chunk in chunks:
            seen = seen or chunk
            parser.feed(chunk)
        parser.close()
    except DTDForbidden as found:
        elsewhere = found.sysid or b"SYSTEM" in seen.replace(b"\0", b"")
        raise unsafe("external_template" if elsewhere else "bomb") from None
    except DefusedXmlException:
        raise unsafe("external_template") from None


class _Parser(DefusedExpatParser):
    """Tells of elements without SAX's wrapping of attributes, which takes longer than the reading."""

    def __init__(self, elements: Elements) -> None:
        super().__init__(forbid_dtd=True)
        self._elements, self._depth = elements, 0
        self.setContentHandler(elements)

    def start_element(self, name: str, attrs: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise unsafe("too_complex")
        self._elements.begin(name.rpartition(":")[2], attrs)

    def end_element(self, name: str) -> None:
        self._depth -= 1
        self._elements.end(name.rpartition(":")[2])
