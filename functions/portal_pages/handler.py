"""`/portal…`: the customers' pages."""

from pathlib import Path

from shared.portal.entry import Portal

from . import data, history, home, message, preferences, profile

portal = Portal(Path(__file__).parent / "templates", "/portal")

portal.get("/portal")(home.arrived)
portal.get(message.MESSAGE)(message.shown)
portal.post(message.MESSAGE)(message.gone)
portal.get("/portal/preferences")(preferences.shown)
portal.post("/portal/preferences")(preferences.decided)
portal.get("/portal/history")(history.shown)
portal.get("/portal/profile")(profile.shown)
portal.get("/portal/profile/edit")(profile.edited)
portal.post("/portal/profile/edit")(profile.saved)
portal.get("/portal/profile/zones")(profile.zones_to_choose)
portal.get("/portal/profile/email")(profile.new_email)
portal.post("/portal/profile/email")(profile.email_wanted)
portal.post("/portal/profile/email/{change_id}")(profile.email_confirmed)
portal.get("/portal/data")(data.shown)
portal.get("/portal/data/exports")(data.progress)
portal.post("/portal/data/export")(data.wanted)
portal.get("/portal/data/export/{request_id}")(data.fetched)
portal.get("/portal/data/erasure")(data.erasure)
portal.post("/portal/data/erasure")(data.erasure_wanted)
portal.post("/portal/data/erasure/{erasure_id}")(data.erased)

handle = portal
