"""Rules about the lines of a claim: each by itself, in the order of design, section 5."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from claims.dates import business_days, day_of_year
from claims.intake import ClaimContent, LineContent, guid, guid_faults
from claims.rules.facts import Facts, UnitKey
from claims.rules.findings import Sheet
from directory.activities import SolutionArea

if TYPE_CHECKING:
    from directory.lookup import Customer, Product, Subscription

CHANNELS = frozenset({"volumeLicensing", "webDirect"})
IN_GRACE = "Warning"
ACTIVE = frozenset({"Enabled", IN_GRACE})
PROVISIONED = "Success"

PRODUCT_CODES = ("product_required", "product_unknown", "product_not_in_solution_area", "product_not_on_tenant")
ID_CODES = (
    "not_a_subscription_id",
    "subscription_not_on_tenant",
    "subscription_not_dynamics",
    "subscription_not_for_product",
    "subscription_required",
    "subscription_is_csp",
    "activity_not_for_purchase_channel",
    "purchase_channel_unknown",
)
STATE_CODES = ("subscription_not_provisioned", "subscription_not_active", "subscription_ending")
CLAIM_CODES = ("duplicate_line", "already_claimed", "competing_claim")


@dataclass(frozen=True)
class Resolved:
    """What a line turned out to be about: its unit and the subscription that carries it."""

    unit: UnitKey
    subscription: "Subscription"


@dataclass(frozen=True)
class Setting:
    """What all lines of one claim share."""

    claim: ClaimContent
    facts: Facts
    customer: "Customer"
    area: str | None
    activity: str | None
    malformed: frozenset[str]


def check_lines(
    sheet: Sheet,
    claim: ClaimContent,
    facts: Facts,
    *,
    customer_known: bool,
    area: str | None,
    activity: str | None,
    malformed: frozenset[str],
) -> Mapping[int, UnitKey]:
    """Checks every line and returns the unit of each that could be resolved, by its index."""
    if not claim.lines and "lines" not in malformed:
        sheet.found("product_required", "lines")
    if not customer_known or facts.customer is None:
        _skip_lines(sheet, claim, malformed)
        return {}
    setting = Setting(claim, facts, facts.customer, area, activity, malformed)
    units: dict[int, UnitKey] = {}
    for index, line in enumerate(claim.lines):
        earlier = {(units[i], claim.lines[i].product) for i in units}
        unit = _check_line(sheet, index, line, setting, earlier)
        if unit is not None:
            units[index] = unit
    return units


def _skip_lines(sheet: Sheet, claim: ClaimContent, malformed: frozenset[str]) -> None:
    """Says of lines only where a product is still missing: all else waits until the customer is known."""
    for index in range(max(1, len(claim.lines))):
        path = f"lines.{index}"
        with sheet.group(*_rules_of(path, workload=False)):
            unread = {path, f"{path}.product"} & malformed
            if index < len(claim.lines) and not claim.lines[index].product and not unread:
                sheet.found("product_required", f"{path}.product")


def _rules_of(path: str, *, workload: bool) -> list[tuple[str, str]]:
    at_product, at_id = f"{path}.product", f"{path}.subscription_id"
    rules = [(code, at_product) for code in (*PRODUCT_CODES, *CLAIM_CODES)]
    if workload:
        return [*rules, ("subscription_not_applicable", at_id), *((code, at_product) for code in STATE_CODES)]
    return [*rules, *((code, at_id) for code in (*ID_CODES, *STATE_CODES))]


def _check_line(
    sheet: Sheet, index: int, line: LineContent, setting: Setting, earlier: set[tuple[UnitKey, str]]
) -> UnitKey | None:
    path = f"lines.{index}"
    product = setting.facts.products.get(line.product)
    workload = product is not None and product.kind == "workload"
    with sheet.group(*_rules_of(path, workload=workload)):
        if path in setting.malformed or f"{path}.product" in setting.malformed:
            return None
        if product is None or not _check_product(sheet, path, line, product, setting):
            if product is None:
                _name_missing_product(sheet, path, line)
            return None
        resolved = (_resolve_workload if workload else _resolve_subscription)(sheet, path, line, product, setting)
        if resolved is None:
            return None
        at = f"{path}.product" if workload else f"{path}.subscription_id"
        sheet.check((resolved.unit, line.product) not in earlier, "duplicate_line", f"{path}.product")
        if workload or _check_channel(sheet, at, resolved.subscription):
            _check_state(sheet, at, product, resolved.subscription, setting)
            _check_claims(sheet, f"{path}.product", line, resolved.unit, setting)
        return resolved.unit


def _name_missing_product(sheet: Sheet, path: str, line: LineContent) -> None:
    if sheet.check(bool(line.product), "product_required", f"{path}.product"):
        sheet.found("product_unknown", f"{path}.product", product=line.product)


def _check_product(sheet: Sheet, path: str, line: LineContent, product: "Product", setting: Setting) -> bool:
    at = f"{path}.product"
    sheet.passed("product_required", at)
    sheet.passed("product_unknown", at)
    if setting.area is None:
        return False
    area = str(SolutionArea(product.solution_area).label)
    fits = product.solution_area == setting.area
    if not sheet.check(fits, "product_not_in_solution_area", at, product=product.name, area=area):
        return False
    if product.kind == "workload":
        at_id = f"{path}.subscription_id"
        empty = not line.subscription_id and at_id not in setting.malformed
        if not sheet.check(empty, "subscription_not_applicable", at_id, product=product.name):
            return False
    return sheet.check(bool(carriers(product, setting.customer)), "product_not_on_tenant", at, product=product.name)


def carriers(product: "Product", customer: "Customer") -> list["Subscription"]:
    """The tenant's subscriptions that carry the product: by SKU, a workload also by one of its service plans."""
    return [
        subscription
        for subscription in customer.subscriptions
        if subscription.sku_id in product.sku_ids
        and (product.kind != "workload" or not product.plan_ids.isdisjoint(subscription.plans))
    ]


def _resolve_workload(
    sheet: Sheet, path: str, line: LineContent, product: "Product", setting: Setting
) -> Resolved | None:
    unit = UnitKey(setting.customer.tenant_id, product.code, "")
    best = min(
        carriers(product, setting.customer),
        key=lambda s: (
            not (is_active(s) and is_provisioned(s, product)),
            not is_active(s),
            not is_provisioned(s, product),
            is_ending(s, setting.facts),
            s.id,
        ),
    )
    return Resolved(unit, best)


def _resolve_subscription(
    sheet: Sheet, path: str, line: LineContent, product: "Product", setting: Setting
) -> Resolved | None:
    at = f"{path}.subscription_id"
    if at in setting.malformed:
        return None
    if line.subscription_id:
        found = _check_typed_id(sheet, at, line.subscription_id, product, setting)
    else:
        found = _choose(sheet, at, product, setting)
    if found is None:
        return None
    return Resolved(UnitKey(setting.customer.tenant_id, "", found.id), found)


def _check_typed_id(sheet: Sheet, at: str, typed: str, product: "Product", setting: Setting) -> "Subscription | None":
    text = guid(typed)
    known = {key: s for s in setting.customer.subscriptions for key in (s.commerce_id, s.id) if key}
    foreign = text == setting.customer.tenant_id or text in setting.facts.foreign_ids
    why = guid_faults(typed) if text is None else {"guid": text}
    if not sheet.check(text is not None and (text in known or not foreign), "not_a_subscription_id", at, **why):
        return None
    found = known.get(text or "")
    sheet.check(found is not None, "subscription_not_on_tenant", at)
    if found is None:
        return None
    name = found.sku_name
    if not sheet.check(found.is_dynamics, "subscription_not_dynamics", at, sku=name):
        return None
    fits = found.sku_id in product.sku_ids
    if not sheet.check(fits, "subscription_not_for_product", at, sku=name, product=product.name):
        return None
    sheet.passed("subscription_required", at)
    return found


def _choose(sheet: Sheet, at: str, product: "Product", setting: Setting) -> "Subscription | None":
    """Without a typed ID: the one claimable subscription; several ask for the ID; none names what the best lacks."""
    candidates = carriers(product, setting.customer)
    claimable = [s for s in candidates if not obstacles(s, product)]
    if len(claimable) > 1:
        sheet.found("subscription_required", at, product=product.name)
        return None
    if claimable:
        sheet.passed("subscription_required", at)
        return claimable[0]
    return min(candidates, key=lambda s: (*_shortfall(s, product, setting), s.id))


def _shortfall(subscription: "Subscription", product: "Product", setting: Setting) -> tuple[int, bool, int]:
    """How much of the order a candidate misses: by errors, the dead ones last, then by warnings."""
    unit, facts = UnitKey(setting.customer.tenant_id, "", subscription.id), setting.facts
    claimed = (unit, product.code, setting.activity or "") in facts.own_live
    active = is_active(subscription)
    warnings = (not subscription.channel) + (active and is_ending(subscription, facts)) + (unit in facts.held_by_others)
    return obstacles(subscription, product) + claimed, not active, warnings


def obstacles(subscription: "Subscription", product: "Product") -> int:
    """How far a Dynamics subscription is from being claimable: 0 is, the fewer the more of the order it passes.

    One that fails earlier in the order counts more than all that may fail together at its end.
    """
    if subscription.channel == "csp":
        return 5
    if not channel_fits(subscription):
        return 4
    return (not is_provisioned(subscription, product)) + (not is_active(subscription))


def channel_fits(subscription: "Subscription") -> bool:
    """Whether it was bought in a way that can be claimed, as far as the source tells; a trial never is."""
    return not subscription.is_trial and (not subscription.channel or subscription.channel in CHANNELS)


def is_active(subscription: "Subscription") -> bool:
    """Active or in grace."""
    return subscription.status in ACTIVE


def is_provisioned(subscription: "Subscription", product: "Product") -> bool:
    """Whether one of the plans that define the product is provisioned."""
    return any(subscription.plans.get(plan) == PROVISIONED for plan in product.plan_ids)


def is_ending(subscription: "Subscription", facts: Facts) -> bool:
    """In grace, or ending within the policy's days."""
    last = facts.today + timedelta(days=facts.ending_days)
    return subscription.status == IN_GRACE or (subscription.ends_on is not None and subscription.ends_on <= last)


def _check_channel(sheet: Sheet, at: str, subscription: "Subscription") -> bool:
    if not sheet.check(subscription.channel != "csp", "subscription_is_csp", at):
        return False
    if not sheet.check(channel_fits(subscription), "activity_not_for_purchase_channel", at):
        return False
    sheet.check(bool(subscription.channel), "purchase_channel_unknown", at)
    return True


def _check_state(sheet: Sheet, at: str, product: "Product", found: "Subscription", setting: Setting) -> None:
    sheet.check(is_provisioned(found, product), "subscription_not_provisioned", at, product=product.name)
    if sheet.check(is_active(found), "subscription_not_active", at):
        ends_on = _(", on %(day)s") % {"day": day_of_year(found.ends_on)} if found.ends_on else ""
        sheet.check(not is_ending(found, setting.facts), "subscription_ending", at, ends_on=ends_on)


def _check_claims(sheet: Sheet, at: str, line: LineContent, unit: UnitKey, setting: Setting) -> None:
    facts = setting.facts
    if setting.activity is not None:
        claimed_by = facts.own_live.get((unit, line.product, setting.activity), "")
        sheet.check(not claimed_by, "already_claimed", at, reference=claimed_by)
    days = business_days(facts.review_business_days)
    sheet.check(unit not in facts.held_by_others, "competing_claim", at, days=days)
