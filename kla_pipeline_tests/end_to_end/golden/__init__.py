"""The figures of the bundle computed a second time, from the truth files and without the pipeline.

Here: plain Python over the truth files, one module per family of measures, written from the readings and not from the
pipeline's SQL. Not here: any import of the pipeline. Every function gives `Cell`s by (area, period); two computations
that agree by chance in all cells are unlikely, so a difference is a defect in one of them.
"""
