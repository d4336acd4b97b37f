"""Columns: events and customers laid out for counting, in ClickHouse.

All other code knows a URL and `client.Columns`. By default the URL leads to a child of Siyu's own (`server`, started and
watched by way of `process`): the same engine as a library, behind the same HTTP protocol. What stands in the columns is a
projection of the log (`schema`) and can be made anew from it.
"""
