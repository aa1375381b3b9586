"""Files that come with messages: sent to a signed address, looked at, then kept with the ticket."""
