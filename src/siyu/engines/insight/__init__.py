"""Engine `insight`: numbers and histories out of the columns: the summary of the business, a customer's timeline, and the
names there are to ask about."""
