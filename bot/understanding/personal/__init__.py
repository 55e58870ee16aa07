"""What tells who somebody is: one module a kind of trace. `bot.understanding.personal_data` puts them together."""
