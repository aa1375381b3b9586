"""Lead scoring: rules as data, an append-only ledger, and a score that follows from both."""
