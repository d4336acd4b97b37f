"""晨曦茶饮 Chenxi Tea: stores, a mini-program, members; eighteen months of history."""
