"""Signing in: one pool for staff, whose usernames are our staff ids, and one for customers, whose
usernames are contact ids."""

from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.stages import Stage
from shared.platform.auth import ROLES
from shared.platform.customer_pool import SESSION_MINUTES
from shared.platform.passwords import MIN_PASSWORD
from shared.platform.staff_pool import CHALLENGE_MINUTES

from .nag import acknowledge

TOKEN_LIFETIME: Final = Duration.minutes(30)
"""A disabled person's token is good no longer than this."""

INVITED_FOR: Final = Duration.days(7)
"""So long a temporary password works; after that, invite the person again."""

_INVITATION: Final = """\
<p>You are invited to CRM.</p>
<p>Sign in at <a href="{address}">{address}</a> with this e-mail address and the temporary
password <b>{password}</b>. You then choose one of your own. The temporary password works for
{days} days.</p>
<p>Your user name is {username}.</p>
"""
"""Cognito fills in the password and wants both placeholders there."""


class StaffPool(Construct):
    """People are invited, never sign themselves up; they sign in by e-mail address, and their
    token carries the staff id (`username`) and roles (`cognito:groups`)."""

    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "StaffPool")
        self.pool = cognito.UserPool(
            self,
            "Pool",
            user_pool_name=stage.named("staff"),
            feature_plan=cognito.FeaturePlan.ESSENTIALS,
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(username=True, email=True),
            sign_in_case_sensitive=False,
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True)
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            user_verification=cognito.UserVerificationConfig(
                email_subject="Your code for a new password",
                email_body="Your code to set a new password for CRM is {####}. "
                "If you did not ask for one, there is nothing to do.",
            ),
            password_policy=cognito.PasswordPolicy(
                min_length=MIN_PASSWORD,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=INVITED_FOR,
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            deletion_protection=stage.protect_data,
            removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        )
        acknowledge(
            self.pool,
            {
                "AwsSolutions-COG2": "A second factor is each person's choice until the console "
                "asks for it by role.",
                "AwsSolutions-COG3": "Threat protection needs the Plus plan, priced per person.",
                "AwsSolutions-COG8": "The Plus plan is priced per person; Essentials suffices.",
            },
        )
        for role in ROLES:
            cognito.CfnUserPoolGroup(
                self, f"Group-{role}", user_pool_id=self.pool.user_pool_id, group_name=role
            )
        self.client = self.pool.add_client(
            "Client",
            user_pool_client_name=stage.named("staff"),
            auth_flows=cognito.AuthFlow(
                admin_user_password=True, user_password=True, user_srp=True
            ),
            disable_o_auth=True,
            generate_secret=False,
            prevent_user_existence_errors=True,
            auth_session_validity=Duration.minutes(CHALLENGE_MINUTES),
            access_token_validity=TOKEN_LIFETIME,
            id_token_validity=TOKEN_LIFETIME,
            refresh_token_validity=Duration.hours(12),
        )

    def invite_to(self, public_base_url: str) -> None:
        """Have invitations name the console's address."""
        pool = self.pool.node.default_child
        assert isinstance(pool, cognito.CfnUserPool)
        text = _INVITATION.format(
            address=f"{public_base_url}/console",
            username="{username}",
            password="{####}",
            days=INVITED_FOR.to_days(),
        )
        pool.add_property_override(
            "AdminCreateUserConfig.InviteMessageTemplate",
            {"EmailSubject": "You are invited to CRM", "EmailMessage": text},
        )


class CustomerPool(Construct):
    """Customers sign in without a password: our own triggers decide what is asked and whether it
    was answered. The pool holds contact ids and nothing else about anybody.

    A trigger must not know the pool, which knows its triggers: it reads whose pool it is from
    what it is asked.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        define: lambda_.IFunction,
        create: lambda_.IFunction,
        verify: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, "CustomerPool")
        self.pool = cognito.UserPool(
            self,
            "Pool",
            user_pool_name=stage.named("customers"),
            feature_plan=cognito.FeaturePlan.ESSENTIALS,
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(username=True),
            account_recovery=cognito.AccountRecovery.NONE,
            # Everybody has a password that nobody knows, as Cognito wants one.
            password_policy=cognito.PasswordPolicy(
                min_length=MIN_PASSWORD,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
            ),
            mfa=cognito.Mfa.OFF,
            lambda_triggers=cognito.UserPoolTriggers(
                define_auth_challenge=define,
                create_auth_challenge=create,
                verify_auth_challenge_response=verify,
            ),
            deletion_protection=stage.protect_data,
            removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        )
        acknowledge(
            self.pool,
            {
                "AwsSolutions-COG2": "A code goes to the person's mailbox each time; there is no "
                "password that a second factor would have to back up.",
                "AwsSolutions-COG3": "Threat protection needs the Plus plan, priced per person.",
                "AwsSolutions-COG8": "The Plus plan is priced per person; Essentials suffices.",
            },
        )
        lifetime = Duration.minutes(SESSION_MINUTES)
        self.client = self.pool.add_client(
            "Client",
            user_pool_client_name=stage.named("customers"),
            auth_flows=cognito.AuthFlow(custom=True),
            disable_o_auth=True,
            generate_secret=False,
            prevent_user_existence_errors=True,
            auth_session_validity=lifetime,
            access_token_validity=lifetime,
            id_token_validity=lifetime,
            # Cognito's shortest. It is given to nobody.
            refresh_token_validity=Duration.hours(1),
        )
