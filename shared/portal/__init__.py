"""The frame of the customers' pages: who is signed in, where they can go, layout."""
