"""What a person may ask of us: all that we keep of them, or that nothing is kept any more."""
