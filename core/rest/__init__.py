"""REST: the generated screens' records for programs, under the same permissions, scope, fields and refusals."""
