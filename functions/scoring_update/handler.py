"""Queue `scoring` (LeadCaptured, LeadChanged, BehaviourRecorded, VisitorIdentified): points."""

from shared.platform.entry.batch import on_batch
from shared.sales.scoring.update import score_batch

handle = on_batch(score_batch)
