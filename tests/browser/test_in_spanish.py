"""The main ways through the product as a Spanish reader goes them, in the words that they read."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from claims.actions.inspections import inspect_due
from claims.models import Claim
from cpor import demo
from partners.models import OperatorRole, Program, User
from tests.browser.claimant import CUSTOMER_CONTACT, FIELD_SERVICE, PARTNER, REVIEWER, TECHNICAL_CONTACT, reference_of
from tests.browser.spanish import goes_on_in_spanish, is_english, speaks_spanish
from tests.browser.test_enrolling import ADMIN, GLOBAL_ADMIN
from tests.browser.test_review import follow, post, read_mail
from tests.claims.evidence.files import pdf
from tests.claims.given import stored
from tests.events.post_office import PostOffice

__all__ = ["post"]

pytestmark = pytest.mark.browser
MAUD = "maud.fenn@alderfreight.example"
FIELD = "Dynamics 365 Field Service"
SHOWN = ("Reconocido por el cliente", "Fechas", "Trabajo descrito", "Producto nombrado")
JUDGED = (*SHOWN, "Pertenece a esta reclamación")


def press(page: Page, name: str) -> None:
    """A button that leads to another page, or to this one anew."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def choose_spanish(page: Page) -> None:
    """By the button in the foot, which is written in the language that it leads to."""
    press(page, "Español")
    expect(page.get_by_role("button", name="English")).to_be_visible()


def on_step(page: Page, question: str) -> None:
    """The step of a draft, by what it asks."""
    page.get_by_role("heading", name=question, exact=True).wait_for()
    speaks_spanish(page)


def test_english_is_known_whatever_stands_in_its_places() -> None:
    for text in ("Take next", "3 products", "Page 2 of 3", "Draft for Dynamics 365 Sales"):
        assert is_english(text), text
    for text in (
        "Tomar la siguiente",
        "3 productos",
        "Dynamics 365 Sales",
        "Defender for Identity",
        "Jonas Weber",
        "MPN",
    ):
        assert not is_english(text), text


# --- A claim ------------------------------------------------------------------------------------------------------------


def say_whom(page: Page) -> None:
    """The first step; a domain of somebody else is named as soon as it is left, and mended."""
    on_step(page, "¿Para quién trabajó?")
    page.get_by_label("Nombre de la reclamación").fill("Implantación de Field Service")
    page.get_by_label("ID de inquilino", exact=True).fill(demo.ALDER)
    domain = page.get_by_label("Dominio o subdominio", exact=True)
    domain.fill("corvane.example")
    domain.press("Tab")
    expect(page.locator("#msg-f-domain")).to_contain_text("El dominio y el ID de inquilino no coinciden.")
    expect(page.locator("#step-customer")).to_contain_text("1 por corregir")
    goes_on_in_spanish(page)
    domain.fill("alderfreight.example")
    domain.press("Tab")
    expect(page.locator("#msg-f-domain")).to_have_text("Alder Freight Lines")
    say_who(page, "Contacto del cliente", CUSTOMER_CONTACT)
    press(page, "Guardar y continuar")


def say_who(page: Page, title: str, values: tuple[str, str, str]) -> None:
    """Somebody at the customer."""
    person = page.get_by_role("region", name=title)
    for label, value in zip(("Nombre", "Cargo", "Correo electrónico"), values, strict=True):
        person.get_by_label(label, exact=True).fill(value)


def say_what(page: Page) -> None:
    """The second and the third."""
    on_step(page, "¿Qué hizo para este cliente?")
    page.get_by_label("Aplicaciones empresariales: Uso").check()
    say_who(page, "Contacto técnico", TECHNICAL_CONTACT)
    page.get_by_label("6281940 Rotterdam").check()
    press(page, "Guardar y continuar")
    on_step(page, "¿En qué productos trabajó?")
    page.get_by_label("Producto", exact=True).select_option(FIELD)
    page.get_by_label("ID de suscripción").fill(FIELD_SERVICE)
    press(page, "Guardar y continuar")


def prove(page: Page, folder: Path) -> None:
    """A document is added, inspected and marked."""
    document = folder / "Conformidad firmada.pdf"
    document.write_bytes(pdf(3))
    on_step(page, "¿Cómo se demuestra el trabajo?")
    page.get_by_label("Elegir archivos").set_input_files(document)
    row = page.locator("#documents li")
    expect(row).to_contain_text("En inspección")
    goes_on_in_spanish(page)
    assert inspect_due(now=timezone.now()) == 1
    expect(row).to_contain_text("Inspeccionado")
    page.get_by_label("Páginas", exact=True).fill("1")
    for what in SHOWN:
        page.get_by_role("checkbox", name=re.compile(f"^{what}")).check()
    press(page, "Marcar")
    expect(page.locator(".coverage tfoot td")).to_have_text("4 de 4")
    goes_on_in_spanish(page)
    page.get_by_role("link", name="Continuar", exact=True).click()


def send(page: Page) -> Claim:
    """The last step, and the page of a claim just sent."""
    on_step(page, "¿Está todo bien?")
    press(page, "Enviar la reclamación")
    expect(page.get_by_text("Su reclamación se ha enviado.")).to_be_visible()
    expect(page.locator(".turn")).to_contain_text("Usted no tiene que hacer nada.")
    speaks_spanish(page)
    return stored(reference_of(page))


def approve(page: Page) -> None:
    """The reviewer takes the claim from the queue, judges each requirement by its page, and approves."""
    page.goto("/review/")
    choose_spanish(page)
    speaks_spanish(page)
    press(page, "Tomar la siguiente")
    expect(page.get_by_role("heading", level=1)).to_have_text("Implantación de Field Service")
    speaks_spanish(page)
    press(page, "Aprobar este producto")
    expect(page.get_by_role("alert").filter(has_text="Aún no está aprobado.")).to_be_visible()
    goes_on_in_spanish(page)
    for done, what in enumerate(JUDGED, 1):
        page.get_by_role("group", name=re.compile(f"^{what}")).get_by_role("button", name="Citar la página").click()
        expect(page.locator("#checked")).to_have_text(f"{done} de 5")
    press(page, "Aprobar este producto")
    goes_on_in_spanish(page)
    press(page, "Aprobar y avisar al partner")
    expect(page.get_by_text("está aprobado y el partner recibe aviso.")).to_be_visible()
    goes_on_in_spanish(page)


def decline(page: Page, letter: str) -> None:
    """The customer, who has no account, reads why, what the partner will see and until when, and declines."""
    follow(page, letter)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{demo.HALDEN} dice que les ayudó con {FIELD}")
    expect(page.locator("main")).to_contain_text("Si está de acuerdo, no tiene que hacer nada.")
    speaks_spanish(page)
    page.get_by_label("¿Por qué?").fill("No los conocemos.")
    press(page, "Rechazar esta solicitud")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ha rechazado la solicitud")
    speaks_spanish(page)


def test_a_claim_goes_from_the_start_page_to_the_customers_word(
    signed_in: Callable[..., Page], window: Callable[..., Page], post: PostOffice, tmp_path: Path
) -> None:
    partner, reviewer = signed_in(PARTNER), signed_in(REVIEWER)
    choose_spanish(partner)
    speaks_spanish(partner)
    press(partner, "Nueva reclamación")
    say_whom(partner)
    say_what(partner)
    prove(partner, tmp_path)
    claim = send(partner)
    approve(reviewer)
    letter = read_mail(post, MAUD, f"{demo.HALDEN} dice que les ayudó con {FIELD}: ¿es cierto?")
    assert "no tiene que hacer nada" in letter
    decline(window(), letter)

    told = read_mail(post, PARTNER, f"{claim.reference}: el cliente rechaza {FIELD}")
    follow(partner, told)
    expect(partner.get_by_role("region", name="Productos")).to_contain_text("El cliente lo rechazó")
    speaks_spanish(partner)
    for path in ("/messages/", "/claims/", "/associations/", "/"):
        partner.goto(path)
        speaks_spanish(partner)


# --- An enrolment -------------------------------------------------------------------------------------------------------


def sign_in(page: Page, email: str) -> None:
    """In the language that the browser asks for; from then on in the person's own."""
    page.goto("/")
    speaks_spanish(page)
    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Contraseña").fill("no es esta")
    press(page, "Iniciar sesión")
    expect(page.get_by_role("alert")).to_be_focused()
    goes_on_in_spanish(page)
    page.get_by_label("Contraseña").fill(demo.PASSWORD)
    press(page, "Iniciar sesión")


def invite(page: Page) -> None:
    """The operator's admin looks at what becomes of a list, and invites."""
    page.goto("/operator/enrolments/")
    speaks_spanish(page)
    page.get_by_role("link", name="Invitar", exact=True).click()
    page.get_by_label("Programa").select_option("Uso en Aplicaciones empresariales")
    page.get_by_label("ID de MPN").fill(f"{demo.UTRECHT}\n{demo.ROTTERDAM}")
    press(page, "Vista previa")
    expect(page.get_by_role("row", name=demo.UTRECHT)).to_contain_text("Se invitará")
    expect(page.get_by_role("row", name=demo.ROTTERDAM)).to_contain_text("Ya está inscrito.")
    speaks_spanish(page)
    page.get_by_role("button", name="Invitar 1 ID de MPN a ").click()
    expect(page.get_by_text("Se ha omitido 1 línea.")).to_be_visible()
    goes_on_in_spanish(page)


def accept(page: Page) -> None:
    """The partner's global admin comes by the mail, and accepts."""
    expect(page.locator("main")).to_contain_text("El operador invita a esta ubicación.")
    speaks_spanish(page)
    press(page, "Aceptar")
    expect(page.get_by_text("Ha aceptado. El operador validará la inscripción a continuación.")).to_be_visible()
    goes_on_in_spanish(page)


def find_valid(page: Page) -> None:
    """The admin validates what was accepted."""
    page.goto("/operator/enrolments/")
    page.get_by_role("link", name="6281941 Utrecht").click()
    press(page, "Empezar la validación")
    expect(page.get_by_text("La validación de 6281941 ha empezado.")).to_be_visible()
    goes_on_in_spanish(page)
    press(page, "Aprobar la inscripción")
    expect(page.get_by_text("6281941 queda inscrito y se avisa a su empresa.")).to_be_visible()
    goes_on_in_spanish(page)


def test_an_mpn_id_is_enrolled_by_invitation(
    signed_in: Callable[..., Page], window: Callable[..., Page], post: PostOffice
) -> None:
    Program.objects.filter(code="osu-ba").update(by_invitation=True)
    user = User.objects.create_user(ADMIN, name="Elena Ruiz", language="es")
    OperatorRole.objects.create(user=user, role=OperatorRole.Role.ADMIN)
    elena, tomas = signed_in(ADMIN), window(locale="es-ES")
    sign_in(tomas, GLOBAL_ADMIN)
    choose_spanish(tomas)
    goes_on_in_spanish(tomas)
    invite(elena)
    subject = "Invitación para inscribir 6281941 Utrecht en «Uso en Aplicaciones empresariales»"
    told = read_mail(post, GLOBAL_ADMIN, subject)
    follow(tomas, told)
    accept(tomas)
    find_valid(elena)
    tomas.goto("/enrolment/")
    speaks_spanish(tomas)
    expect(tomas.get_by_role("row", name=demo.UTRECHT)).to_contain_text("Inscrita")
