"""Every page and dialog of the product, found by what is registered, and looked at as a reader with tools would."""
