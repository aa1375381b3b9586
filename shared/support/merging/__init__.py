"""Two tickets become one, or one becomes two."""
