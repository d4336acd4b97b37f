"""Words every floor uses: events, actors, time, ids, money, errors, paging. Standard library only; imports nothing of Siyu."""
