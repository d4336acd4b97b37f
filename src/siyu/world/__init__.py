"""The made-up world: a brand, its customers and their lives, and an outside that answers messages. Seeded, so always the same.

The model (`population`) is pure: a seed and a day go in, deeds come out. Nothing here writes into
Siyu; who loads the deeds goes through the same doors as everybody else.
"""
