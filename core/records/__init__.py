"""The seam to web pages and REST: lists, records, forms, transitions, grid entry, attachments, history."""
