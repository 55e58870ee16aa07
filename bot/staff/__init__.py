"""Who works here: roles and the one `authorize` (rights), and accounts, passwords, second factor and sessions."""

from bot.errors import Forbidden, NameRefused, NotSignedIn, PasswordRefused, StaffError, UnknownStaff
from bot.staff.accounts import Beginning, Member, SignedIn, Staff
from bot.staff.passwords import SHORTEST, Passwords
from bot.staff.rights import ALLOWED, CONTENT, Action, Actor, Role, authorize

__all__ = [
    "ALLOWED",
    "CONTENT",
    "SHORTEST",
    "Action",
    "Actor",
    "Beginning",
    "Forbidden",
    "Member",
    "NameRefused",
    "NotSignedIn",
    "PasswordRefused",
    "Passwords",
    "Role",
    "SignedIn",
    "Staff",
    "StaffError",
    "UnknownStaff",
    "authorize",
]
