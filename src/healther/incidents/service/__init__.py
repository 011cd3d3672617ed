"""The verbs of incidents: what people do with them; what healther does by itself is in automatic.py."""
