"""Cases: several tickets that are one affair."""
