"""Every operation of the product, once: the faults harness breaks them, the benchmark measures
them.

To join, add an `Operation` to the tuple of its area. `arrange` starts from `setting.seeded()`,
stores what must be there beside, and returns the raw payload Lambda would get.
"""

from typing import Final

from tests.support_operations import SUPPORT_OPERATIONS

from .capture import CAPTURE
from .configuration import CONFIGURATION
from .customers import CUSTOMER_OPERATIONS
from .delivery import DELIVERY
from .history import HISTORY_OPERATIONS
from .imports import IMPORTS
from .leads import LEADS
from .marketing import MARKETING_OPERATIONS
from .matching import MATCHING_OPERATIONS
from .operation import Operation
from .people import PEOPLE_OPERATIONS
from .portal import PORTAL_OPERATIONS
from .privacy import PRIVACY

OPERATIONS: Final[tuple[Operation, ...]] = (
    *CAPTURE,
    *PORTAL_OPERATIONS,
    *PRIVACY,
    *LEADS,
    *DELIVERY,
    *PEOPLE_OPERATIONS,
    *CONFIGURATION,
    *IMPORTS,
    *HISTORY_OPERATIONS,
    *CUSTOMER_OPERATIONS,
    *MATCHING_OPERATIONS,
    *MARKETING_OPERATIONS,
    *SUPPORT_OPERATIONS,
)
