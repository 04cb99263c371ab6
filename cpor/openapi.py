"""What the OpenAPI description says of every operation alike."""

from typing import Any

from cpor.errors import PROBLEM

EVERYWHERE = {
    "400": "The request cannot be read, or something in it is wrong.",
    "401": "There is no token, or none that is valid.",
    "403": "Your role, or the scope of your token, does not allow this.",
    "404": "There is nothing here that you may see.",
    "405": "There is no such method here.",
    "406": "Answers are JSON.",
    "413": "The body is larger than 1 MB.",
    "415": "Bodies are JSON.",
}


def name_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Adds to each operation the problems that any of them can end in; those it names itself stay."""
    for path in result["paths"].values():
        for operation in path.values():
            for status, why in EVERYWHERE.items():
                content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
                operation["responses"].setdefault(status, {"description": why, "content": content})
    return result
