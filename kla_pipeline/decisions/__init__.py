"""What people decide about rows and deliveries: who may, what it does to a row's state, what is in force on a date.

Here: decisions as values, the roles file, the states of a rejected row and the moves between them, and the overlay that
staging gets. Not here: storing (ledger/), judging rows again (quality/amend.py), workbooks (returns/) and commands.
"""
