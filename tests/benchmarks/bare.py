"""The yardstick: what a minimal handler of the same size must cost, with boto3 alone."""

import os

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from boto3 import client
from pydantic import BaseModel

logger = Logger(service="bare")
app = APIGatewayHttpResolver()
dynamodb = client("dynamodb")


class Lead(BaseModel):
    """What is posted."""

    email: str
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    job_title: str | None = None


@app.post("/v1/leads")
def create() -> dict[str, str]:
    """Put the lead."""
    lead = Lead.model_validate_json(app.current_event.body or "{}")
    item = {name: {"S": value} for name, value in lead.model_dump(exclude_none=True).items()}
    key = {"pk": {"S": f"LEAD#{lead.email}"}, "sk": {"S": "LEAD"}}
    dynamodb.transact_write_items(
        TransactItems=[{"Put": {"TableName": os.environ["CRM_SALES_TABLE"], "Item": key | item}}]
    )
    logger.info("created")
    return {"id": lead.email}


def handle(event, context):  # type: ignore[no-untyped-def]
    """The Lambda handler."""
    return app.resolve(event, context)
