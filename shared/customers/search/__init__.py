"""Finding contacts and accounts by name or company, in any script, with a typing error or two."""
