"""Web forms as data: fields, where they may be used, what consent they ask for."""
