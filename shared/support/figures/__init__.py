"""How support does: figures kept as things happen, and what is to be feared of today."""
