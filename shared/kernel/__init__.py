"""Pure building blocks. Imports nothing of ours, no AWS, reads neither clock nor environment."""
