"""The CDK app: `cdk deploy --all -c stage=dev`. Synthesizes without credentials or look-ups."""

import json
from dataclasses import dataclass

from aws_cdk import App, Tags, Validations
from cdk_nag import AwsSolutionsChecks

from infra.constructs.code import ROOT
from infra.stacks.area import AreaStack
from infra.stacks.console import Console
from infra.stacks.customer_pages import CustomerPages
from infra.stacks.customers import Customers
from infra.stacks.directory import Directory
from infra.stacks.foundation import Foundation
from infra.stacks.history import History
from infra.stacks.imports import Imports
from infra.stacks.marketing import Marketing
from infra.stacks.marketing_pages import MarketingPages
from infra.stacks.matching import Matching
from infra.stacks.platform import Platform
from infra.stacks.portal import Portal
from infra.stacks.privacy import Privacy
from infra.stacks.sales import Sales
from infra.stacks.sign_in import SignIn
from infra.stacks.support import Support
from infra.stacks.support_pages import SupportPages
from infra.stages import Stage, load


@dataclass(frozen=True, slots=True)
class Product:
    """The stacks of one stage, in the order they are deployed."""

    stage: Stage
    foundation: Foundation
    areas: tuple[AreaStack, ...]


def build(app: App) -> Product:
    """Add the stacks of the stage the app's context asks for."""
    stage = load(app.node.try_get_context)
    foundation = Foundation(app, stage)
    sales = Sales(app, foundation)
    sign_in = SignIn(app, foundation)
    privacy = Privacy(app, foundation, sign_in)
    matching = Matching(app, foundation)
    marketing = Marketing(app, foundation)
    support = Support(app, foundation)
    areas = (
        sign_in,
        sales,
        Customers(app, foundation),
        History(app, foundation),
        privacy,
        Imports(app, foundation),
        matching,
        marketing,
        support,
        Directory(app, foundation),
        Console(app, foundation, sales.dry_run),
        CustomerPages(app, foundation),
        MarketingPages(app, foundation),
        SupportPages(app, foundation),
        Portal(app, foundation, sign_in),
    )
    timer_queues = {
        "hand_off_timeout_queue_url": sales.hand_off_timeout,
        "privacy_plan_queue_url": privacy.plan,
        "merge_work_queue_url": matching.merge_work,
        "segment_update_queue_url": marketing.segment_update,
        "segment_backfill_queue_url": marketing.segment_backfill,
        "campaign_plan_queue_url": marketing.campaign_plan,
        "campaign_send_queue_url": marketing.campaign_send,
        "ticket_timer_queue_url": support.ticket_timer,
    }
    platform = Platform(app, foundation, areas, timer_queues)
    Tags.of(app).add("crm:stage", stage.name)
    return Product(stage, foundation, (*areas, platform))


def make_app(outdir: str | None = None, **context: str) -> App:
    """An app with the feature flags of `cdk.json`, whoever starts it, and `context` on top:
    `make_app(".crm/cdk.out", local="true", public_base_url="http://127.0.0.1:8080")`."""
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    return App(outdir=outdir, context={**flags, **context})


def main() -> None:
    """Synthesize; what is deployed to AWS is checked against cdk-nag's AwsSolutions first."""
    app = make_app()
    product = build(app)
    if not product.stage.local:
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()


if __name__ == "__main__":
    main()
