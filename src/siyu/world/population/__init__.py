"""Who lives in the made-up world and what they did: pure, seeded, so always the same. A folder a brand beside what all share."""
