"""What is said when: pure functions of what has been answered."""
