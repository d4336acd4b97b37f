"""Engine `service`: answers customers in customer service, hands them to persons, and watches the accounts that personas wear."""
