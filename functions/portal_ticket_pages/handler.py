"""`/portal/tickets…`: what customers asked us, our answers, and asking something new."""

from pathlib import Path

from shared.portal.entry import Portal

from . import asking, files, lists, ticket

portal = Portal(Path(__file__).parent / "templates", "/portal/tickets")

portal.get("/portal/tickets")(lists.shown)
portal.get("/portal/tickets/new")(asking.form)
portal.post("/portal/tickets/new")(asking.asked)
portal.post("/portal/tickets/uploads")(files.announced)
portal.get("/portal/tickets/{ticket_id}")(ticket.shown)
portal.post("/portal/tickets/{ticket_id}/messages")(ticket.added)
portal.post("/portal/tickets/{ticket_id}/close")(ticket.closed)
portal.get("/portal/tickets/{ticket_id}/files/{file_id}")(files.fetched)

handle = portal
