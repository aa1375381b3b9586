"""What people own, by what they bought and brought back."""
