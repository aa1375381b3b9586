"""`/portal…`: the customers' pages."""

from pathlib import Path

from shared.portal.entry import Portal

from . import history, home, preferences, profile

portal = Portal(Path(__file__).parent / "templates", "/portal")

portal.get("/portal")(home.arrived)
portal.get("/portal/preferences")(preferences.shown)
portal.post("/portal/preferences")(preferences.decided)
portal.get("/portal/history")(history.shown)
portal.get("/portal/profile")(profile.shown)
portal.get("/portal/profile/edit")(profile.edited)
portal.post("/portal/profile/edit")(profile.saved)
portal.get("/portal/profile/email")(profile.new_email)
portal.post("/portal/profile/email")(profile.email_wanted)
portal.post("/portal/profile/email/{change_id}")(profile.email_confirmed)

handle = portal
