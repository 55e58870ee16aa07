"""The Telegram channel (DESIGN §4): updates are committed before they are confirmed, replies come from the outbox.

    webhook.py, poller.py -> intake.py -> conversations -> outbox -> sending.py

`updates.py`, `buttons.py` and `splitting.py` are pure; `transport.py` alone speaks HTTP; `service.py` puts it together.
"""
