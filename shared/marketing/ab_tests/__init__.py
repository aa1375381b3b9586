"""Trying several mails on a part of an audience; the better one goes to the rest."""
