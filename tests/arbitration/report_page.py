"""A report as a reader sees it: its parts as rows of words."""

import re
from typing import Any

from tests.world import World

ADDRESS = "/operator/reports/"
LEAD = "samuel.lind"


def page(world: World, who: str = LEAD, **asked: str) -> Any:
    """The page, which must be there."""
    answer = world.web(who).get(ADDRESS, asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer


def rows(answer: Any, part: str) -> list[tuple[str, ...]]:
    """The lines of a part's table, its foot last; none where there is nothing to count."""
    (section,) = [section for section in answer.context["sections"] if section.key == part]
    if section.table is None:
        assert section.empty in answer.content.decode()
        return []
    lines = [*section.table.rows, *([section.table.foot] if section.table.foot else [])]
    return [(line.said, *(cell.said for cell in line.cells)) for line in lines]


def drawn(answer: Any) -> list[str]:
    """The words of every drawing."""
    svgs = re.findall(r"<svg class=\"chart\".*?</svg>", answer.content.decode(), re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", svg)).strip() for svg in svgs]


def file(world: World, part: str, who: str = LEAD, **asked: str) -> list[str]:
    """The lines of the file of a part."""
    answer = world.web(who).get(f"{ADDRESS}{part}.csv", asked)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return text.removeprefix("\ufeff").splitlines()
