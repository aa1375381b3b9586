"""Who calls: what an agent sees as the telephone rings."""
