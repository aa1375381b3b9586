"""The staff's sign-in: one pool whose usernames are our staff ids."""

from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.stages import Stage
from shared.platform.auth import ROLES

from .nag import acknowledge

TOKEN_LIFETIME: Final = Duration.minutes(30)
"""A disabled person's token is good no longer than this."""


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
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
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
            access_token_validity=TOKEN_LIFETIME,
            id_token_validity=TOKEN_LIFETIME,
            refresh_token_validity=Duration.hours(12),
        )
