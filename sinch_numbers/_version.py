"""The version of the package, alone so that builds can read it without importing the rest."""

__version__ = "0.1.0"
