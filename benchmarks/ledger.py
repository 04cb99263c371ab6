"""Figures beside their budgets."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """Something measured. Without a budget it is only told."""

    what: str
    found: float
    budget: float | None
    unit: str

    @property
    def broken(self) -> bool:
        """Whether it is over its budget."""
        return self.budget is not None and self.found > self.budget


@dataclass
class Ledger:
    """Every figure of a run, in the order in which they were measured."""

    figures: list[Figure] = field(default_factory=list)

    def hold(self, what: str, found: float, budget: float | None, unit: str = "queries") -> None:
        """Notes a figure.

        Raises:
            AssertionError: where it is over its budget; it is noted all the same.
        """
        figure = Figure(what, found, budget, unit)
        self.figures.append(figure)
        assert not figure.broken, f"{what}: {_number(found)} {unit}, and {_number(budget)} are allowed"

    def table(self) -> str:
        """All figures as text, one a line."""
        rows = [("", "found", "budget", "")] + [
            (figure.what, _number(figure.found), _number(figure.budget), f"{figure.unit}{' BROKEN' * figure.broken}")
            for figure in self.figures
        ]
        wide = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(f"{a:<{wide[0]}}  {b:>{wide[1]}}  {c:>{wide[2]}}  {d}".rstrip() for a, b, c, d in rows)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.2f}"
