"""Support: what customers ask, and who answers it by when."""
