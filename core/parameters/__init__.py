"""What administrators may tune: schemas declared by owners, layers over them, values in force."""
