"""Directory: the people of the company and their teams."""

from aws_cdk import App, Duration

from infra.constructs.access import Access
from infra.constructs.api import staff
from shared.directory.events import StaffChanged, StaffDisabled

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
                "POST /v1/staff/{staff_id}/invitation",
                "POST /v1/staff/{staff_id}/sign-out",
                "POST /v1/staff/{staff_id}/rollback",
                "GET /v1/teams",
                "GET /v1/teams/{team_id}",
                "PUT /v1/teams/{team_id}",
                "POST /v1/teams/{team_id}/rollback",
            ),
            settings=["directory_table", "secret_id", "staff_pool_id"],
            access=[
                Access.table(table, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
                Access.indexes(table, "by_team"),
                Access.pool(foundation.staff.pool, "AdminCreateUser"),
                foundation.may_read_secret,
            ],
            emits=[StaffChanged, StaffDisabled],
        )
        # In order and one batch at a time: a change never overtakes a later one of a person.
        to_sync = self.queue(
            "staff-sync", setting="staff_sync_queue_url", hears=[StaffChanged], fifo=True
        )
        pool = foundation.staff.pool
        self.function(
            "staff_sync",
            "Keeps a person's record and their sign-in alike, whichever was changed",
            queue=to_sync,
            settings=["directory_table", "staff_pool_id"],
            access=[
                Access.table(table, "Query", "PutItem", "UpdateItem", "DeleteItem"),
                Access.pool(
                    pool,
                    "AdminGetUser",
                    "AdminListGroupsForUser",
                    "AdminCreateUser",
                    "AdminUpdateUserAttributes",
                    "AdminAddUserToGroup",
                    "AdminRemoveUserFromGroup",
                    "AdminEnableUser",
                    "AdminDisableUser",
                    "AdminUserGlobalSignOut",
                ),
            ],
            emits=[StaffChanged, StaffDisabled],
        )
        self.function(
            "staff_compare",
            "Looks whose record and sign-in differ: the pool tells nobody of a change",
            every=Duration.minutes(5),
            settings=["directory_table", "staff_pool_id", "staff_sync_queue_url"],
            access=[
                Access.table(table, "Query", "BatchGetItem"),
                Access.indexes(table, "by_team"),
                Access.pool(pool, "ListUsers", "ListUsersInGroup"),
                Access.send(to_sync.queue),
            ],
        )
