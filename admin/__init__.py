"""The counselors' console: thin rooms over the services in `bot`, on aiohttp and Jinja2.

pages.py    words, templates, assets and the headers of every answer
door.py     who may come in: session, cross-site checks, and `authorize` before every room
entry.py    signing in and out, beginning with an invitation, the own account
queue.py    who waits
talk.py     one talk, both ways
week.py     the week of bookings
sockets.py  what happens while a page is open
people.py   accounts, for the admin; the audit, for admin and manager
"""

from admin.app import Services, console

__all__ = ["Services", "console"]
