"""The proof-of-execution template: a Word document, filled from a claim, that the customer signs.

`filled` says what goes in, `document` says it in sections, `word` writes it down, `looks` is how it looks.
"""

from claims.poe_template.document import poe_template
from claims.poe_template.filled import Filled, Named, filled_from

__all__ = ["Filled", "Named", "filled_from", "poe_template"]
