"""Checks of `doctor`: from the settings of this machine to the permissions of the key."""
