"""What a server on the same machine could do at most: echo servers with as little around them as possible."""
