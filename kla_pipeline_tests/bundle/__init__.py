"""The bundled exports of Kota Serang: a generator of synthetic registers, and the truth they were made from.

Here: invented children and cases, the exports the agencies would drop of them (with everything that is wrong in real
exports), and truth files from which tests compute every measure in plain Python. Not here: anything the pipeline runs.
Nothing is imported from `kla_pipeline`; only its code lists and region list are read as files, so that a fault of the
pipeline cannot hide in its own test data.

Make it again with `python -m kla_pipeline_tests.bundle`; `--check` compares with what is committed.
"""
