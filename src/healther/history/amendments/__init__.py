"""Corrections of the record by people: raw spans and rollups stay as they are, what is read lies over them."""
