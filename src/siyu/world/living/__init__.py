"""The population running on: people and staff who act under the clock, through the doors that real people have."""
