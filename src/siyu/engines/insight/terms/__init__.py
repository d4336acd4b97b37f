"""What every question to the columns is made of: periods of the business calendar, whom it is about, what it is broken down by."""
