"""Which channels brought conversions: journeys found in the columns, credited by several models."""
