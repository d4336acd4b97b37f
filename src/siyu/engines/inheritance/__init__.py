"""Engine `inheritance`: hands customers and groups over from a member of WeCom to others, and tells who should know."""
