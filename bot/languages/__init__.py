"""What people read, in their language: sentences, formats, catalogues."""
