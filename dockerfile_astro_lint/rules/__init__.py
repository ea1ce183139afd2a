"""One file a rule; the listing of this folder is the table of contents."""
