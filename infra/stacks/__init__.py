"""The stacks: foundation, one per business area, and the platform's own functions last."""
