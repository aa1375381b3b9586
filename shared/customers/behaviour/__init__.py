"""What people do: pages seen, carts changed, messages opened, purchases made."""
