"""Mails about tickets to customers: that theirs arrived, and what staff answer."""
