"""Screens of customers, ownership and contracts."""

from collections.abc import Sequence
from typing import Any

from core.estate import services
from core.estate.models import Contract, Customer, Ownership, Place, Region
from core.i18n import lazy
from core.records import sources
from core.records.columns import Column
from core.records.fields import FormField
from core.records.filters import Filter
from core.records.parts import Action
from core.records.verbs import Verb
from core.records.view import RecordView
from core.shell.views.places import PROJECT, needed

KINDS = (("owner", lazy("Owner")), ("buyer", lazy("Buyer")), ("tenant", lazy("Tenant")), ("other", lazy("Other")))
CONTACT = (
    FormField("mobile", lazy("Mobile"), "tel"),
    FormField("phone", lazy("Phone"), "tel"),
    FormField("email", lazy("E-mail"), "email"),
    FormField("address", lazy("Address"), span=12, maxlength=200),
)
HOMES = sources.places(homes_only=True)


class CustomerView(RecordView):
    """客户; ID number and phones are masked for whoever may not unmask them."""

    model, resource = Customer, "customer"
    found_order = 20
    title, singular, new_label = lazy("Customers"), lazy("Customer"), lazy("New customer")
    columns = (
        Column("name", lazy("Name"), "name", sort=Customer.name, card="title"),
        Column("kind", lazy("Kind"), "choice", choices=KINDS, width="w84", card="edge"),
        Column("mobile", lazy("Mobile"), width="w140", needs="unmask", card="detail"),
        Column("phone", lazy("Phone"), width="w140", needs="unmask", in_list=False),
        Column("id_number", lazy("ID number"), width="w200", needs="unmask"),
        Column("region_id", lazy("Region"), "region", width="w96", card="meta"),
        Column("is_company", lazy("Company"), "flag", width="w84"),
        Column("email", lazy("E-mail"), in_list=False, needs="unmask"),
        Column("address", lazy("Address"), in_list=False, needs="unmask", wide=True),
        Column("remark", lazy("Remark"), in_list=False, wide=True),
    )
    default_sort = "name"
    search = (Customer.name,)
    search_words = lazy("Name")
    filters = (
        Filter("kind", lazy("Kind"), "choice", Customer.kind, choices=KINDS),
        Filter("region_id", lazy("Region"), "ref", Customer.region_id, model=Region, source=sources.regions),
    )
    fields = (
        FormField(
            "region_id", lazy("Region"), "remote", required=True, on_edit=False, source=sources.regions, model=Region
        ),
        FormField("name", lazy("Name"), required=True, maxlength=100),
        FormField("kind", lazy("Kind"), "pick", choices=KINDS, span=6, default=lambda reader: "owner"),
        FormField("id_number", lazy("ID number"), maxlength=40),
        FormField("is_company", lazy("Company"), "flag"),
        *CONTACT,
        FormField("remark", lazy("Remark"), "textarea", span=12, maxlength=1000),
    )
    edit = services.edit_customer
    export_verb = "export_personal"
    verbs = (
        Verb(
            "correct",
            lazy("Correct contact data"),
            services.correct_contact,
            fields=CONTACT,
            bulk=False,
            icon="pencil",
            defaults=lambda session, row: {one.name: getattr(row, one.name) for one in CONTACT},
        ),
    )

    @staticmethod
    def create(session: Any, *, region_id: int | None, **values: Any) -> Customer:
        needed({"region_id": region_id}, region_id=lazy("Choose the region first."))
        return services.create_customer(session, region_id=region_id, **values)  # type: ignore[arg-type]

    def list_actions(self) -> Sequence[Action]:
        return [Action(lazy("Owners"), "/estate/owners/", "users"), *super().list_actions()]


class OwnershipView(RecordView):
    """Who owns which home."""

    model, resource = Ownership, "customer"
    title, singular, new_label = lazy("Owners"), lazy("Ownership"), lazy("New owner")
    columns = (
        Column(
            "place_id",
            lazy("Home"),
            "ref",
            model=Place,
            width="w120",
            card="title",
            link=lambda row: f"/estate/owners/{row.id}",
        ),
        PROJECT,
        Column(
            "customer_id",
            lazy("Customer"),
            "ref",
            model=Customer,
            card="detail",
            link=lambda row: f"/estate/customers/{row.customer_id}",
        ),
        Column("share", lazy("Share, %"), "percent", width="w84"),
        Column("is_main", lazy("Main owner"), "flag", width="w96"),
        Column("starts_on", lazy("From"), "date", width="w108", sort=Ownership.starts_on),
        Column("ends_on", lazy("Up to"), "date", width="w108"),
    )
    filters = (
        Filter("place_id", lazy("Home"), "ref", Ownership.place_id, model=Place, source=HOMES),
        Filter("customer_id", lazy("Customer"), "ref", Ownership.customer_id, model=Customer, source=sources.customers),
    )
    fields = (
        FormField("place_id", lazy("Home"), "remote", required=True, on_edit=False, source=HOMES, model=Place),
        FormField(
            "customer_id",
            lazy("Customer"),
            "remote",
            required=True,
            on_edit=False,
            source=sources.customers,
            model=Customer,
        ),
        FormField("share", lazy("Share, %"), "number", unit="%"),
        FormField("is_main", lazy("Main owner"), "flag"),
        FormField("starts_on", lazy("From"), "date"),
        FormField("ends_on", lazy("Up to"), "date", on_new=False),
    )
    edit = services.edit_ownership

    @staticmethod
    def create(session: Any, *, place_id: int | None, customer_id: int | None, **values: Any) -> Ownership:
        needed(
            {"place_id": place_id, "customer_id": customer_id},
            place_id=lazy("Choose a home from the list."),
            customer_id=lazy("Choose a customer of this region, or record a new one first."),
        )
        return services.add_owner(session, place_id=place_id, customer_id=customer_id, **values)  # type: ignore[arg-type]

    def name_of(self, row: Any) -> str:
        from core.records.labels import labels
        from core.records.page import session

        return labels(session(), Place, [row.place_id]).get(row.place_id, str(row.id))


class ContractView(RecordView):
    """购房合同."""

    model, resource = Contract, "estate"
    title, singular, new_label = lazy("Contracts"), lazy("Contract"), lazy("New contract")
    columns = (
        Column("number", lazy("Contract number"), "name", sort=Contract.number, width="w200", card="title"),
        Column(
            "place_id",
            lazy("Home"),
            "ref",
            model=Place,
            width="w120",
            card="detail",
            link=lambda row: f"/estate/homes/{row.place_id}",
        ),
        PROJECT,
        Column("signed_on", lazy("Contract signed on"), "date", sort=Contract.signed_on, width="w108"),
        Column("amount", lazy("Amount, CNY"), "money", sort=Contract.amount, width="w140"),
        Column("payment_mode", lazy("Payment mode"), "option", options="estate.payment_mode", width="w96"),
        Column("mortgage_bank", lazy("Mortgage bank"), in_list=False),
        Column("cleared_on", lazy("Cleared on"), "date", sort=Contract.cleared_on, width="w108", card="edge"),
        Column("handover_on", lazy("Contract {handover}"), "date", sort=Contract.handover_on, width="w120"),
        Column("title_deadline_on", lazy("Title deadline"), "date", in_list=False),
    )
    search = (Contract.number,)
    filters = (
        Filter("place_id", lazy("Home"), "ref", Contract.place_id, model=Place, source=HOMES),
        Filter("payment_mode", lazy("Payment mode"), "option", Contract.payment_mode, options="estate.payment_mode"),
        Filter("signed", lazy("Contract signed on"), "date", Contract.signed_on),
        Filter("cleared", lazy("Cleared on"), "date", Contract.cleared_on),
    )
    fields = (
        FormField("place_id", lazy("Home"), "remote", required=True, on_edit=False, source=HOMES, model=Place),
        FormField("number", lazy("Contract number"), required=True, maxlength=60),
        FormField("signed_on", lazy("Contract signed on"), "date"),
        FormField("amount", lazy("Amount, CNY"), "money"),
        FormField("payment_mode", lazy("Payment mode"), "option_pick", options="estate.payment_mode", span=8),
        FormField("mortgage_bank", lazy("Mortgage bank"), maxlength=100),
        FormField("cleared_on", lazy("Cleared on"), "date"),
        FormField("handover_on", lazy("Contract {handover}"), "date"),
        FormField("title_deadline_on", lazy("Title deadline"), "date"),
    )
    edit = services.edit_contract

    @staticmethod
    def create(session: Any, *, place_id: int | None, **values: Any) -> Contract:
        needed({"place_id": place_id}, place_id=lazy("Choose a home from the list."))
        return services.create_contract(session, place_id=place_id, **values)  # type: ignore[arg-type]
