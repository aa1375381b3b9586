"""A small company to try the product with: its people, teams, forms and rules.

Everything goes through the product's own API, as a customer's own data would.
"""

from .run import seed

__all__ = ["seed"]
