"""The company's own people: staff, teams, working hours and leave. Every area may use it."""
