"""Streams of every table: publishes the events that items carry on the bus."""

from shared.platform.entry.stream import on_stream
from shared.platform.relay import publish

handle = on_stream(publish)
