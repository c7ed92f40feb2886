"""All registers that may be imported: the platform's own and the plugins'."""

from core.estate.contractor_register import ContractorRegister
from core.estate.room_register import RoomRegister
from core.extend import Register
from core.i18n import lazy
from core.plugins import Plugins

CORE_REGISTERS = (
    Register("rooms", lazy("Homes, owners and contracts"), "estate", lambda name: RoomRegister(), order=10),
    Register("contractors", lazy("{Contractors}"), "contractor", lambda name: ContractorRegister(), order=20),
)


def registers(plugins: Plugins) -> dict[str, Register]:
    """kind → register, in the order to import them in."""
    found = [*CORE_REGISTERS, *(register for plugin in plugins.loaded for register in plugin.registers)]
    return {one.kind: one for one in sorted(found, key=lambda one: one.order)}
