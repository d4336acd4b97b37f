"""Engine `mirror`: moves staff, contacts, tags and groups in and out, through channels known by the protocols of rooms alone."""
