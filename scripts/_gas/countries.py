"""Countries of the measurements (ISO 3166-1 numeric)."""

GERMANY, SWITZERLAND, USA = 276, 756, 840
