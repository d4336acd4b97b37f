"""Projection: brings the log and what rooms know of customers into the columns, exactly once, and makes them anew on demand."""
