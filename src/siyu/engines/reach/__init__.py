"""Reach: everything that leaves passes here. The gate judges requests, the delivery sends what passed and writes down what
became of it. `Reach` holds what both need to know; assembly makes one.
"""

from siyu.engines.reach.delivery import deliver_once
from siyu.engines.reach.gate import CONSUMER_NAME, Reach

__all__ = ["CONSUMER_NAME", "Reach", "deliver_once"]
