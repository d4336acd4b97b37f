"""WeCom as its clients meet it, without WeCom: a server that third-party clients take for the real one.

What it knows of the API stands in the modules, one a subject; `endpoints.py` says which path leads where, `rules.py` what is
doubtful or can be set. People who are not programs (customers, staff) come in by the doors of `doors.py`.
"""
