"""Places: the region reference, the names offices use for its areas, and what a text says about where.

Here: the reference with its editions, the reviewed list of spellings, the resolver from names to Kemendagri codes, and
the reading of free text into mentions. Not here: which columns hold places and what happens to a row whose place is
not known (quality/), and who asks (cli/).
"""
