"""Which words tell who a company is, and which are anybody's. Source: design, section 8."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from claims.rules.likeness import Folded, fold, spellings
from claims.rules.people import PUBLIC_MAIL_DOMAINS

LONG_STEM = 12  # of a file's name without its ending: one word of this length is hardly an ordinary one
SHORTEST_WORD = 3
YEAR = 4  # numbers in a file's name of no more digits are those of years, pages and parts
WORD = re.compile(r"[^\W_]+")
ARTICLES = frozenset("the el la los las le les die der das de a an".split())
# Words of claims and of their proof, as people name files by them.
OF_CLAIMS = frozenset(
    """
    acceptance accepted acknowledged acknowledgement activation active activity agreement agreements amendment analysis
    annex appendix approval approved association attachment certificate claim claims confirmation consent contract
    contracts copy customer customers date deliverable deliverables delivery deployment deployed detail details doc
    document documentation documents draft email emails evidence execution export file files final form handover
    image implementation information invoice invoices kickoff letter letters licence license list mail meeting minutes
    notes number offer order orders overview page part partner partners picture pictures plan plans presales
    presentation project projects proof proposal purchase quote receipt record records reference references report
    reports request review revised rollout roll out scan scanned scope screenshot screenshots seller service services
    sheet signature signed slides sow statement statements status subscription subscriptions summary support tenant
    terms timesheet timesheets update usage user users version visit work workload workloads workshop
    acta acuerdo anexo captura capturas carta certificado cliente confirmacion contrato copia correo despliegue
    documento documentos entrega evidencia factura facturas final firmada firmado firma informe informes oferta pagina
    pedido prueba pruebas presupuesto proyecto recibo reclamacion reunion servicio servicios suscripcion uso
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    """.split()
)
# Words that many companies are called by, and those that every text is full of.
ORDINARY = OF_CLAIMS | frozenset(
    """
    advanced advisors advisory agency alliance associates azure best blue business capital central centre center cloud
    co com communication communications company computer computing connect consultancy consultant consultants
    consulting corp corporate corporation creative data design development digital direct dynamics east easy
    enterprise enterprises europe european experts expert first focus future general global gmbh good great green group
    grupo head headquarters high holding holdings home house inc industries innovation innovations innovative
    integrated integration intelligence intelligent international internet it key lab labs limited link llc llp logic
    ltd main managed management market media micro microsoft mobile modern national net network networks new next
    north office one online open operations optimal path people performance platform plc point power premier prime pro
    process product products professional professionals programme quality quick ready real red remote resource
    resources right sale sales secure security simple single smart social software solution solutions south special
    specialists standard star strategy strategic studio system systems team teams tech technical technologies
    technology time top total trade trust trusted union united universal value view virtual vision web west white wide
    wise working works world worldwide
    am an as at be by do ex eu go he if in is it me my no of ok on or pm re so to uk up us vs we
    al da de el en es la le lo mi no se si su te tu un ya
    about above access after again all also always among and another answer any are ask back because been before
    being between both but can case change check clear date day days does done each end every few for found from full
    further get give given had has have hear held help here how into its just keep kept know last later least less let
    line look made make many more most must name near need needs never none not nothing now off old once only other
    others our over own page paid per place please question reason same see seen send sent several shall she should
    show shown side since some soon stand stands state still such take than that their them then there these they
    thing this those through thus today together too two under until upon use used very via was way week weeks well
    were what when where which while who whom whose why will with within without word words would write year years yes
    yet you your
    ahora algo alguna antes asi aun bien cada caso como con cual cuando del desde despues dia dias donde ella ellos
    empresa entre era eso esta estan este esto fue gracias gran hasta hay las los mas mejor mes mismo mucho muy nada
    necesita negocio negocios nos nuestra nuestro nube nuevo nueva otra otro para pero poco por porque pueda puede que
    quien segun ser si sin sistema sistemas sobre socio socios solucion soluciones son sus tan tecnologia tecnologias
    tiene todo tras una uno usted vez
    """.split()
)


@dataclass(frozen=True)
class Company:
    """What a company is called, and the names of the files that it has sent: all as written somewhere."""

    names: tuple[str, ...] = ()  # its own first, then those of its MPN IDs
    numbers: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """What would tell who somebody is: each word as it looks, with what it was; `files` as names of files look."""

    words: tuple[tuple[Folded, str], ...] = ()
    files: tuple[tuple[Folded, str], ...] = ()

    def found_in(self, text: str) -> str:
        """The first that the text holds, the longest before others, as it was written; empty for none."""
        for words, dots in ((self.words, False), (self.files, True)):
            folded = fold(text, dots=dots)
            for word, written in words:
                if folded.holds(word):
                    return written
        return ""


def names_of(
    others: Iterable[Company], *, reader: Company, customers: Collection[str], products: Collection[str]
) -> Names:
    """What would tell `reader` who the others are.

    What the reader or a customer is called is never among it, whole or in part; `customers` are their names and
    domains.
    """
    own = [fold(name) for name in (*reader.names, *reader.numbers, *reader.domains, *reader.people, *customers)]
    plain = {piece for name in (*customers, *products, *reader.names) for piece in fold(name).pieces}
    kept = {fold(name).text for name in reader.files} | {fold(_stem(name)).text for name in reader.files}
    words: dict[Folded, str] = {}
    files: dict[Folded, str] = {}
    for company in others:
        for written in _called(company):
            words |= {one: written for one in spellings(written) if not any(name.holds(one) for name in own)}
        for name in company.files:
            stem = fold(_stem(name))
            if stem.text not in kept and _is_distinctive(stem, plain):
                words[stem] = name
            if "." in name and fold(name).text not in kept:
                files[fold(name, dots=True)] = name
    return Names(_longest_first(words), _longest_first(files))


def _called(company: Company) -> Iterator[str]:
    for name in company.names[:1]:
        yield from _beginnings(name)
    yield from (name for name in company.names if _is_called_so(name))
    yield from company.numbers
    yield from (domain for domain in company.domains if domain not in PUBLIC_MAIL_DOMAINS)
    yield from (name for name in company.people if len(fold(name).pieces) > 1)


def _is_called_so(name: str) -> bool:
    """Whether a whole name tells of who bears it: any but a single ordinary word."""
    pieces = fold(name).pieces
    return len(pieces) > 1 or any(map(_is_own, pieces))


def _beginnings(name: str) -> Iterator[str]:
    """The first words of a name, one and more, as people shorten it; each holds a word that is not ordinary."""
    found = list(WORD.finditer(name))
    while found and fold(found[0][0]).text in ARTICLES:
        del found[0]
    for word in found:
        beginning = name[found[0].start() : word.end()]
        if any(map(_is_own, fold(beginning).pieces)):
            yield beginning


def _is_own(piece: str) -> bool:
    return len(piece) >= SHORTEST_WORD and not piece.isdecimal() and piece not in ORDINARY


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _is_distinctive(stem: Folded, plain: Collection[str]) -> bool:
    """Whether a file's name without its ending is hardly said by chance."""
    telling = any(
        len(piece) > YEAR if piece.isdecimal() else len(piece) > 1 and piece not in ORDINARY and piece not in plain
        for piece in stem.pieces
    )
    return telling and (len(stem.pieces) > 1 or len(stem.text) >= LONG_STEM or stem.text.isdecimal())


def _longest_first(words: dict[Folded, str]) -> tuple[tuple[Folded, str], ...]:
    return tuple(sorted(words.items(), key=lambda item: (-len(item[0].text), item[0].text)))
