"""How long what nobody needs any more is kept."""
