"""Keys that let a web page or another system report behaviour."""
