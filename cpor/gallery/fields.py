"""Fields of every kind for the page of components, bound so that some of them are wrong."""

from django import forms

from claims.forms.choices import Chooser

SHORT = {"class": "input"}
PRODUCTS = [("", "Choose one"), ("sales", "Dynamics 365 Sales"), ("teams", "Teams Phone")]
ACTIVITIES = [("usage", "Usage"), ("sell", "Sell"), ("revenue", "Revenue association")]
HINTS = {"usage": "What the customer uses grew by your work.", "sell": "You brought the purchase about."}


class Fields(forms.Form):
    """What the fields hold is what the specimens show; `wrong` alone is refused."""

    plain = forms.CharField(label="Name of the claim", widget=forms.TextInput(attrs=SHORT))
    hinted = forms.CharField(
        label="Customer tenant ID",
        help_text="36 characters, from the customer's admin centre: Identity, Overview.",
        widget=forms.TextInput(attrs={"class": "input id"}),
    )
    wrong = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs=SHORT))
    still = forms.CharField(label="Partner", disabled=True, widget=forms.TextInput(attrs=SHORT))
    text = forms.CharField(label="What you did", widget=forms.Textarea(attrs={**SHORT, "rows": 3}))
    chosen = forms.ChoiceField(label="Product", choices=PRODUCTS, widget=forms.Select(attrs=SHORT))
    one = forms.ChoiceField(label="Activity", choices=ACTIVITIES, widget=Chooser(HINTS, frozenset({"revenue"})))
    several = forms.MultipleChoiceField(label="Roles", choices=ACTIVITIES, widget=forms.CheckboxSelectMultiple)
    yes = forms.BooleanField(label="The customer has agreed to this", required=False)
    spanish = forms.CharField(
        label="Dirección de correo electrónico de la persona de contacto técnico del cliente",
        help_text="De un dominio del cliente, no del suyo: allí llegará el mensaje con el que puede rechazarlo.",
        widget=forms.TextInput(attrs=SHORT),
    )


def fields() -> Fields:
    """The form, filled and judged."""
    form = Fields(
        {
            "plain": "Field Service, northern depots",
            "hinted": "3f1b6a52-9f0e-4d0a-8a55-0b7b1c1d2e01",
            "wrong": "maud.fenn at alderfreight",
            "text": "Moved the depots to Field Service and trained the dispatchers.",
            "chosen": "sales",
            "one": "usage",
            "several": ["usage", "sell"],
            "spanish": "responsable.de.infraestructura@transportesdelmediterraneo.example",
        },
        initial={"still": "Halden Cloud Works"},
        auto_id="g-%s",
    )
    form.add_error(None, "Somebody else has changed this claim meanwhile. What you typed is kept below.")
    return form
