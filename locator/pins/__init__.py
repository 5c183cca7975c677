"""Map pins: asking a service where the clinics are, writing it into `clinics.csv`, auditing what is there."""
