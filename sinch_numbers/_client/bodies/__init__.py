"""Request bodies: uploaded documents, letters of authorization, text-enabling orders."""
