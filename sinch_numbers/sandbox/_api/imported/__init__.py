"""
The second host: imported numbers, hosting orders and qualified numbers.

It listens on the sandbox's port, below ``/imported``. No exchange with the real host is on
record, so this follows its reference, and where that is silent the least surprising reading.
"""
