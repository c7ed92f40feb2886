"""The shared 问题: one table for inspection, handover and requests; lists, figures and the home passport span them."""
