"""Machinery: settings, logs, PostgreSQL, columns, the event log, the inbox, processes. Knows nothing of customers."""
