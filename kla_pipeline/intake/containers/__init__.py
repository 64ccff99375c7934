"""What the child process knows: how containers are checked and how their cells become text.

Here: modules that start without the rest of the project and without Arrow, because a child that opens a workbook of ten
rows must not spend its time on imports. Not here: the parent's side (readers.py, answers.py).
"""
