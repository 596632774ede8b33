"""The operations of the API, one class a collection, one module a class."""
