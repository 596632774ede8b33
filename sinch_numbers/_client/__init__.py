"""The client, its resources, and the bodies they send."""
