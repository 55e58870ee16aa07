"""What is said, and facts: data plus its types. No logic but scoring and checking; only `loading` opens files."""
