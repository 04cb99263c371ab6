"""Who may do what: every address, every method, everybody. Written by hand; nothing of it is read from the code.

A row is the name of a route, or its path where it has no name, with what each method answers to whom:

    "claims:withdraw": row("sent", GET="partners: page; seers: back", POST="partners: done; seers: back"),

The first audience that somebody belongs to says what they get. `people.AUDIENCES` says who belongs to which, `scene`
what the address is about. Whoever is in none gets what the addresses of its kind answer: see `otherwise`.
Where GET is answered, HEAD is answered like it or not at all; every other method that is not in the row with 405.
"""

from dataclasses import dataclass

from tests.isolation.people import AUDIENCES, LEFT, READING, About, Person

GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS = METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# What somebody gets: the statuses it may have, and whether it may leave something changed.
PAGE, DONE, BACK, REFUSED, CONFLICT = "page", "done", "back", "refused", "conflict"
FORBIDDEN, NOTHING, SIGN_IN = "forbidden", "nothing", "sign_in"
# What the table need not say.
CLOSED, NO_METHOD, SHUT, THEIRS, ASTRAY = "closed", "no_method", "shut", "theirs", "astray"
STATUSES: dict[str, frozenset[int]] = {
    PAGE: frozenset({200}),  # shown
    DONE: frozenset({200, 201, 204, 302}),  # and something is changed by it
    BACK: frozenset({302}),  # led elsewhere, with nothing changed
    REFUSED: frozenset({400, 422}),  # told what is wrong with what was sent
    CONFLICT: frozenset({409}),
    FORBIDDEN: frozenset({403}),  # a role that may not
    NOTHING: frozenset({404}),  # another's, or nobody's: one answer, byte for byte
    SIGN_IN: frozenset({302, 401}),
    CLOSED: frozenset({403}),  # a session of who has left, wherever it comes
    NO_METHOD: frozenset({405, 404, 403}),  # the last two where nothing here is for this person anyway
    # Asked to sign in first, or told as everybody is.
    SHUT: frozenset({401, 302, 404, 405}),
    THEIRS: frozenset({200, 302, 403, 404, 405}),
    # The claim is one's own, and what is named of it is not: whatever is said, nothing is shown and nothing done.
    ASTRAY: frozenset({302, 400, 404, 422}),
}


@dataclass(frozen=True)
class Row:
    """What one route answers. `at` is an address of it, where it has no plain one of its own.

    `theirs` marks a view of another package, which knows more methods than its row: they do nothing either.
    """

    scene: str
    methods: dict[str, tuple[tuple[str, str], ...]]
    at: str = ""
    theirs: bool = False


def row(scene: str = "", *, at: str = "", theirs: bool = False, **methods: str) -> Row:
    """A row of the table."""
    cells = {method: tuple(_cell(part) for part in text.split(";")) for method, text in methods.items()}
    return Row(scene, cells, at, theirs)


def _cell(text: str) -> tuple[str, str]:
    audience, _colon, outcome = (part.strip() for part in text.partition(":"))
    if audience not in AUDIENCES or outcome not in STATUSES:
        raise ValueError(f"no such audience or outcome: {text}")
    return audience, outcome


def outcome(row: Row, path: str, method: str, who: Person, about: About) -> str:
    """What this person gets at this address, by the table alone."""
    if who.token == LEFT and not path.startswith("/api/"):
        return CLOSED
    if method not in row.methods:
        return THEIRS if row.theirs else NO_METHOD if who.here else SHUT
    if who.token == READING and method not in {GET, HEAD, OPTIONS}:
        return FORBIDDEN
    for audience, given in row.methods[method]:
        if AUDIENCES[audience](who, about):
            return given
    return otherwise(row, path, method, who)


def otherwise(row: Row, path: str, method: str, who: Person) -> str:
    """What whoever is in no audience of the row gets.

    Who is not signed in: a program 401; a browser the way to sign in, or the page that is not there where it asks to
    see what is about one claim or case. Who is: 404 where the address names something, else 403.
    """
    if not who.here:
        return NOTHING if row.scene and method == GET and not path.startswith("/api/") else SIGN_IN
    return NOTHING if row.scene else FORBIDDEN
