"""Who is the same child, and under which name core and mart know them.

Here: the pseudonym key and the linkage of records to children. Not here: what a record means (sources/) and counting.
"""
