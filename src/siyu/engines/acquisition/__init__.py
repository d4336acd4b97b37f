"""Engine `acquisition`: brings who comes by a channel code to staff, and keeps the ways of codes in WeCom."""
