"""People we know, as everybody who works here shares them."""
