"""PostgreSQL: the truth. Database and units of work, migrations, the embedded server."""
