"""County folders made from official figures and boundaries."""
