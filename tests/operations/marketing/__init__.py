"""What the product does in marketing."""

from typing import Final

from tests.operations.operation import Operation

from .campaigns import CAMPAIGNS
from .lists import LISTS
from .results import RESULTS
from .segments import SEGMENTS
from .sending import SENDING
from .subscription import SUBSCRIPTION
from .templates import TEMPLATES

MARKETING_OPERATIONS: Final[tuple[Operation, ...]] = (
    *SEGMENTS,
    *TEMPLATES,
    *CAMPAIGNS,
    *SENDING,
    *LISTS,
    *RESULTS,
    *SUBSCRIPTION,
)
