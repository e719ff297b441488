"""One web page, fetched because a person named its address. Nothing else in the program asks the web for anything."""
