"""What time brings: warnings, breaches, managers told, resolved tickets closed."""
