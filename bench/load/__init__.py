"""The load generator: many clients in one process of their own, each sending its next message after the reply."""
