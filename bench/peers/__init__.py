"""The same ten-question screening on the tools one would otherwise take, without a network.

In the peers' favour: Telegram answers at once with one canned message, and nothing is sealed, replayed, numbered or
understood; but for the row that says otherwise, updates are parsed before the clock starts and a press of a button
is not answered separately.
"""
