"""Browsers that have no name yet, and the leads they turn out to be."""
