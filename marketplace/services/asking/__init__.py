"""Two doors that begin with words: a quote that is asked, and something that is wanted."""
