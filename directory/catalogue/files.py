"""Reads the catalogue's files and refuses one that contradicts itself. No database here."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

FOLDER = Path(__file__).resolve().parent
FAMILY_OF = {"dynamics": "dynamics", "workload": "microsoft_365"}


class CatalogueBroken(Exception):
    """The files contradict themselves; the text names the file and the row."""


@dataclass(frozen=True)
class Catalogue:
    """The files' content.

    `products` maps a code to (name, kind); `plans` maps (code, plan GUID) to the plan's name; `skus` maps a SKU's GUID
    to (part number, family); `carried` holds every (code, SKU GUID) of the allow-list.
    """

    products: dict[str, tuple[str, str]]
    plans: dict[tuple[str, UUID], str]
    skus: dict[UUID, tuple[str, str]]
    carried: frozenset[tuple[str, UUID]]

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal; equal content gives an equal digest, whatever the order of rows."""
        parts = (sorted(self.products.items()), sorted(self.plans.items()), sorted(self.skus.items()))
        return hashlib.sha256(repr((*parts, sorted(self.carried))).encode()).hexdigest()


def read(folder: Path = FOLDER) -> Catalogue:
    """The catalogue in `folder`. Raises CatalogueBroken."""
    products = {row["code"]: (row["name"], row["kind"]) for row in _rows(folder / "products.csv", ("code",))}
    plans: dict[tuple[str, UUID], str] = {}
    skus: dict[UUID, tuple[str, str]] = {}
    carried: set[tuple[str, UUID]] = set()
    for row in _rows(folder / "plans.csv", ("product", "plan_id")):
        plans[row["product"], UUID(row["plan_id"])] = row["plan_name"]
    for row in _rows(folder / "skus.csv", ("sku_id",)):
        skus[UUID(row["sku_id"])] = (row["sku_part_number"], row["family"])
        carried.update((code, UUID(row["sku_id"])) for code in row["products"].split())
    catalogue = Catalogue(products, plans, skus, frozenset(carried))
    _check(catalogue)
    return catalogue


def _rows(path: Path, key: tuple[str, ...]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        values = tuple(row[column] for column in key)
        if values in seen:
            raise CatalogueBroken(f"{path.name}: {', '.join(values)} stands there twice.")
        seen.add(values)
    return rows


def _check(catalogue: Catalogue) -> None:
    for code, _ in (*catalogue.plans, *catalogue.carried):
        if code not in catalogue.products:
            raise CatalogueBroken(f"plans.csv or skus.csv: {code} is not in products.csv.")
    for code, sku_id in catalogue.carried:
        part_number, family = catalogue.skus[sku_id]
        if FAMILY_OF[catalogue.products[code][1]] != family:
            raise CatalogueBroken(f"skus.csv: {part_number} is of family {family} and cannot carry {code}.")
    for code in catalogue.products:
        if not any(code == owner for owner, _ in catalogue.plans):
            raise CatalogueBroken(f"plans.csv: no plan defines {code}.")
        if not any(code == owner for owner, _ in catalogue.carried):
            raise CatalogueBroken(f"skus.csv: no SKU carries {code}.")
