"""Excel registers: read tolerantly, judged strictly, written whole or not at all."""
