"""What a turn on Telegram costs in processor time, next to a bare echo handler. Telegram itself answers at once."""
