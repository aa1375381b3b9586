"""The directory table. Each repository's docstring lists its own keys."""

from shared.platform.tables import IndexSpec, TableSpec

DIRECTORY = TableSpec(
    name="directory",
    indexes=(
        IndexSpec(
            "by_team",
            "team_pk",
            "team_sk",
            include=(
                "staff_id",
                "team_id",
                "name",
                "email",
                "roles",
                "territories",
                "skills",
                "weight",
                "capacity",
                "accepts_leads",
                "disabled",
                "working_hours",
                "leave",
                "version",
            ),
        ),
    ),
)
