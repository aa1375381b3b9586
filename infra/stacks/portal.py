"""Portal: what customers do for themselves, over the API and on pages."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import customers, page, pages, public
from shared.customers.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactChanged,
    EmailReplaced,
    PrivacyRequested,
)
from shared.marketing.events import MessageDelivered

from .area import AreaStack
from .foundation import Foundation
from .sign_in import SignIn

FRAME = ("customers_table", "secret_id", "public_base_url", "company_name", "asset_version")
"""What every page needs: who asks, the cookie's key, our own address and name, static files."""

SIGN_IN = ("customer_pool_id", "customer_client_id", "portal_mail_queue_url")

CODES_A_SECOND, CODES_BURST = 10, 20
"""Asking for codes and showing them, over all customers."""


class Portal(AreaStack):
    """The functions of `functions/portal_…`."""

    def __init__(self, app: App, foundation: Foundation, sign_in: SignIn) -> None:
        super().__init__(app, "portal", foundation, values=sign_in.pool_values)
        table = foundation.customers
        secret = foundation.may_read_secret
        mail = self.queue("portal-mail", setting="portal_mail_queue_url", hears=[EmailReplaced])
        may_sign_in = [
            Access.table(table, "GetItem", "PutItem", "UpdateItem"),
            Access.pool(
                sign_in.customers.pool,
                "AdminInitiateAuth",
                "AdminRespondToAuthChallenge",
                "AdminCreateUser",
                "AdminSetUserPassword",
            ),
            Access.send(mail.queue),
            secret,
        ]
        emitted = [
            ContactChanged,
            EmailReplaced,
            ConsentGiven,
            ConsentWithdrawn,
            PrivacyRequested,
        ]
        may_decide = [
            Access.files(foundation.files_arn, "privacy", "GetObject"),
            Access.table(table, "GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"),
        ]
        self.function(
            "portal_mail",
            "Mails customers codes, and tells them of a changed address",
            queue=mail,
            settings=[
                "customers_table",
                "secret_id",
                "public_base_url",
                "company_name",
                "mail_sender",
                "mail_configuration_set",
            ],
            access=[
                Access.table(table, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
                secret,
                foundation.may_send_mail,
            ],
        )
        self.function(
            "portal_token",
            "Gives a customer's programs a token for a mailed code",
            routes=public(
                "POST /v1/portal/sign-in",
                "POST /v1/portal/sign-in/code",
                rate=CODES_A_SECOND,
                burst=CODES_BURST,
            ),
            settings=["customers_table", "secret_id", *SIGN_IN],
            access=may_sign_in,
            emits=[ContactChanged],
        )
        self.function(
            "portal_query",
            "Shows customers what is known of them, and lets them decide about it",
            routes=customers(
                "GET /v1/portal/me",
                "PATCH /v1/portal/me",
                "POST /v1/portal/me/email-changes",
                "POST /v1/portal/me/email-changes/{change_id}/confirmation",
                "GET /v1/portal/me/history",
                "GET /v1/portal/me/consents",
                "PUT /v1/portal/me/consents",
                "POST /v1/portal/me/export",
                "GET /v1/portal/me/export/{request_id}",
                "POST /v1/portal/me/erasure",
                "POST /v1/portal/me/erasure/{erasure_id}/confirmation",
            ),
            settings=["customers_table", "secret_id", "portal_mail_queue_url", "files_bucket"],
            access=[*may_decide, Access.send(mail.queue), secret],
            emits=emitted,
        )
        self.function(
            "portal_sign_in",
            "Signs customers in and out of their pages",
            routes=(
                *pages("/portal/sign-in"),
                *page("/portal/sign-out", "/portal/session", "/portal/objection"),
            ),
            settings=[*FRAME, *SIGN_IN],
            access=[*may_sign_in, Access.table(table, "Query")],
            emits=[ContactChanged],
        )
        self.function(
            "portal_pages",
            "Shows customers their profile, preferences, history and data",
            routes=pages("/portal"),
            settings=[*FRAME, "portal_mail_queue_url", "files_bucket", "marketing_table"],
            access=[
                Access.table(
                    foundation.marketing, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"
                ),
                Access.table(table, "BatchGetItem"),
                *may_decide,
                Access.send(mail.queue),
                secret,
            ],
            emits=[*emitted, MessageDelivered],
        )
