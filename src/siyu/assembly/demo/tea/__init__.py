"""The store brand of the demo: 晨曦茶饮 Chenxi Tea, what its company is and what its operator designed."""
