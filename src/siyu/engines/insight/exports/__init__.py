"""Answers as tables: to be taken away as files, and to be told in letters."""
