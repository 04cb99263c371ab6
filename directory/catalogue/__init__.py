"""The project's own short catalogue of what can be claimed: reviewable text files, and their loader."""

from directory.catalogue.files import Catalogue, CatalogueBroken, read
from directory.catalogue.loader import load

__all__ = ["Catalogue", "CatalogueBroken", "load", "read"]
