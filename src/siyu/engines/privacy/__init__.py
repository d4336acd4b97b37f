"""Engine `privacy`: makes the copy of what is known of a person, erases persons and proves it, removes what is too old.

`history` finds a person's events in the log, `stripping` says what of an event may stay, `exporting` writes the file, `erasing`
takes away step by step, `searching` looks whether anything is left, `retention` keeps the rules.
"""
