"""The city's calendar: on which days its hall is open (開庁日)."""
