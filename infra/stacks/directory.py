"""Directory: the people of the company and their teams."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import staff
from shared.directory.events import StaffChanged

from .area import AreaStack
from .foundation import Foundation


class Directory(AreaStack):
    """Staff and teams."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "directory", foundation)
        table = foundation.directory
        self.function(
            "staff_directory",
            "Keeps who works here: team, territory, weight, hours, leave",
            routes=staff(
                "GET /v1/staff",
                "POST /v1/staff",
                "GET /v1/staff/{staff_id}",
                "PATCH /v1/staff/{staff_id}",
                "POST /v1/staff/{staff_id}/rollback",
                "GET /v1/teams",
                "GET /v1/teams/{team_id}",
                "PUT /v1/teams/{team_id}",
                "POST /v1/teams/{team_id}/rollback",
            ),
            settings=["directory_table", "secret_id"],
            access=[
                Access.table(table, "GetItem", "Query", "PutItem"),
                Access.indexes(table, "by_team"),
                foundation.may_read_secret,
            ],
            emits=[StaffChanged],
        )
