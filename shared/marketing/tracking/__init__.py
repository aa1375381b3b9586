"""Who opened a message and followed its links, people and robots told apart."""
