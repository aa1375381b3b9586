"""Sales force automation: leads, their scores, their assignment and hand-off."""
