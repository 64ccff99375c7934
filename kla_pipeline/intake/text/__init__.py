"""Text with delimiters: encodings, dialects, records, the fast way for tame files. Not here: containers/."""
