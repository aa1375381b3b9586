"""Sign-in: the customers' pool, and the triggers by which it asks and lets in.

A stack of its own, between the foundation and whoever signs customers in or forgets them: the pool
needs its triggers first.
"""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.pool import CustomerPool

from .area import AreaStack
from .foundation import Foundation


class SignIn(AreaStack):
    """The customers' pool. Its tokens open the routes of `customers(…)`."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "sign-in", foundation)
        define = self.function(
            "customer_auth_define", "Decides what a customer who signs in is asked next"
        )
        create = self.function(
            "customer_auth_create", "Asks a customer who signs in for the proof of a mailed code"
        )
        verify = self.function(
            "customer_auth_verify",
            "Takes a proof that a customer showed the mailed code, once",
            settings=["customers_table", "secret_id"],
            access=[
                Access.table(foundation.customers, "UpdateItem"),
                foundation.may_read_secret,
            ],
        )
        self.customers = CustomerPool(
            self,
            stage=foundation.stage,
            define=define.function,
            create=create.function,
            verify=verify.function,
        )
        foundation.api.admit("customers", self, self.customers.pool, self.customers.client)

    @property
    def pool_values(self) -> dict[str, str]:
        """The settings that say which pool it is."""
        return {
            "customer_pool_id": self.customers.pool.user_pool_id,
            "customer_client_id": self.customers.client.user_pool_client_id,
        }
