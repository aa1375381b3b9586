"""Entry points: the only place that catches everything, sets up logging and answers failures."""

from .batch import Message, on_batch, on_queue
from .event import on_event, on_schedule
from .http import Http, Request, reply
from .stream import on_stream

__all__ = [
    "Http",
    "Message",
    "Request",
    "on_batch",
    "on_event",
    "on_queue",
    "on_schedule",
    "on_stream",
    "reply",
]
