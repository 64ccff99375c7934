"""Pages that people read: one engine, one style sheet, one language switch, one set of templates.

Here: views over a release's tables (queries/*.sql and plain dataclasses) and the templates that show them. Not here:
any computation of an indicator (measures/), sentences (i18n/), and the order of publishing (warehouse/).
"""
