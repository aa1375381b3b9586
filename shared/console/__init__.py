"""The frame of the staff's pages: who is signed in, navigation, layout and components.

What a page shows comes from the areas; the pages themselves are in `functions/console_…`.
"""
