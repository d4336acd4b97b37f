"""Machines, one verb each: they move data between rooms, through the rooms' doors. They never import each other."""
