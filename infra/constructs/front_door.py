"""One origin for everything: CloudFront before the API and the static files."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.stages import Stage

from .nag import acknowledge

ADDRESS_HEADER: Final = "x-viewer-address"

_ADDRESS_FUNCTION: Final = f"""
function handler(event) {{
  var request = event.request;
  request.headers['{ADDRESS_HEADER}'] = {{ value: event.viewer.ip }};
  return request;
}}
"""


class FrontDoor(Construct):
    """`/assets/*` comes from a bucket, the rest from the API.

    The API learns the visitor's address from the header `x-viewer-address`, which is set here
    whatever the visitor sent. (CloudFront's own `CloudFront-Viewer-Address` cannot be combined
    with "all of the viewer's headers but Host", which the gateway needs.)
    """

    def __init__(
        self, scope: Construct, *, stage: Stage, api_domain: str, assets: s3.IBucket
    ) -> None:
        super().__init__(scope, "FrontDoor")
        certificate = (
            certificates.Certificate.from_certificate_arn(
                self, "Certificate", stage.certificate_arn
            )
            if stage.certificate_arn
            else None
        )
        headers = self._security_headers(stage)
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"{stage.named('front-door')}",
            domain_names=[stage.domain_name] if stage.domain_name else None,
            certificate=certificate,
            web_acl_id=stage.web_acl_arn,
            minimum_protocol_version=(
                cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if certificate else None
            ),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_ALL,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.HttpOrigin(
                    api_domain, protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY
                ),
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                origin_request_policy=(
                    cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER
                ),
                response_headers_policy=headers,
                function_associations=[
                    cloudfront.FunctionAssociation(
                        event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
                        function=self._address_function(stage),
                    )
                ],
            ),
            additional_behaviors={
                "/assets/*": cloudfront.BehaviorOptions(
                    origin=origins.S3BucketOrigin.with_origin_access_control(assets),
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                    cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                    response_headers_policy=headers,
                )
            },
        )
        self._acknowledge(stage)

    @property
    def address(self) -> str:
        """Where visitors reach us, without a final slash."""
        return f"https://{self.distribution.distribution_domain_name}"

    def _address_function(self, stage: Stage) -> cloudfront.Function:
        return cloudfront.Function(
            self,
            "ViewerAddress",
            function_name=stage.named("viewer-address"),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            code=cloudfront.FunctionCode.from_inline(_ADDRESS_FUNCTION),
        )

    def _security_headers(self, stage: Stage) -> cloudfront.ResponseHeadersPolicy:
        """What a browser is told with every answer; a page may say more, not less."""
        return cloudfront.ResponseHeadersPolicy(
            self,
            "SecurityHeaders",
            response_headers_policy_name=stage.named("security-headers"),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(365),
                    include_subdomains=False,
                    override=True,
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.SAMEORIGIN, override=False
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=(
                        cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN
                    ),
                    override=False,
                ),
            ),
        )

    def _acknowledge(self, stage: Stage) -> None:
        findings = {
            "AwsSolutions-CFR1": "Customers may come from anywhere.",
            "AwsSolutions-CFR3": "The gateway logs every request that reaches us; CloudFront's "
            "log would add visitors' addresses.",
        }
        if not stage.web_acl_arn:
            findings["AwsSolutions-CFR2"] = (
                "WAF is a priced option (`web_acl_arn`); public routes are throttled without it."
            )
        if not stage.certificate_arn:
            findings["AwsSolutions-CFR4"] = (
                "CloudFront's own certificate fixes the protocol; a custom domain sets TLS 1.2."
            )
        acknowledge(self.distribution, findings)
