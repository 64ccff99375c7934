"""What each command takes and teaches: one file per group of commands.

Here: names, options and help. Not here: what a command does and says, which stands in the module of its name and is
imported when it is called, because `kla --help` must not load pandas.
"""
