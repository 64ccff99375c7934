"""The workbook of rejected rows: written for its agency, recognised when it comes back, applied row by row.

Here: the workbook's form, reading a returned one, and what each of its rows comes to. Not here: decisions themselves
(decisions/) and judging corrected rows (quality/amend.py). Everything here is restricted: it holds an agency's cells.
"""
