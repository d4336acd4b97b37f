"""Rooms, one noun each: data rests here. Each room has a door (contracts, service, reading); the rest of it is its own."""
