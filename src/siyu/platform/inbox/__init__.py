"""The inbox: raw batches from outside, durable before they are acknowledged, taken out in the transaction that uses them."""
