"""What is wrong with an object, kind by kind; imported when a kind's ``validate`` is called, never with the kind."""
