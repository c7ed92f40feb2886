"""What no layer alone can tell: whether codes of other lists exist, and whether tables are whole."""

from collections.abc import Iterable, Mapping

from core.i18n import lazy
from core.parameters.errors import Problems
from core.parameters.kinds import Codes, Ref
from core.parameters.listing import Listing, unknown_code
from core.parameters.schema import Parameter


def check_lists(parameters: Mapping[str, Parameter], problems: Problems) -> None:
    """Each list that a declaration names must be declared by somebody who is here."""
    for parameter in parameters.values():
        for name in sorted(parameter.kind.lists()):
            found = parameters.get(name)
            if found is None or not isinstance(found.default, Listing):
                problems.add(parameter.at, lazy("There is no list “%(name)s”.", name=name))


def check_refs(refs: Iterable[Ref], codes: Codes, problems: Problems) -> None:
    """Each code of another list must stand there, hidden or not; `codes` gives the lists of the scope at hand."""
    for ref in refs:
        known = codes(ref.parameter)
        if known is not None and ref.code not in known:
            problems.add(ref.at, unknown_code(ref.code))
