"""The months of members: facts, assessments, statements, and what one more job leaves."""
