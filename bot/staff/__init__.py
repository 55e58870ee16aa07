"""Who works here: roles and the one `authorize` (rights), and accounts, passwords, second factor and sessions."""

from bot.errors import Forbidden, NameRefused, NotSignedIn, PasswordCommon, PasswordRefused, StaffError, UnknownStaff
from bot.staff.accounts import Staff
from bot.staff.passwords import SHORTEST, Passwords
from bot.staff.rights import ALLOWED, CONTENT, Action, Actor, Role, authorize
from bot.staff.values import Beginning, Member, SignedIn

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
    "PasswordCommon",
    "PasswordRefused",
    "Passwords",
    "Role",
    "SignedIn",
    "Staff",
    "StaffError",
    "UnknownStaff",
    "authorize",
]
