"""Internal inspection (内部验房): findings before handover, lists to contractors, re-check and closing."""
