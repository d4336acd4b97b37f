"""The product as people see it, in a browser. Its files share one running demo."""
