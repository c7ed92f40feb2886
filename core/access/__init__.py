"""Who may do what, and where: assignments, grants, row scope in the session, the module gate."""
