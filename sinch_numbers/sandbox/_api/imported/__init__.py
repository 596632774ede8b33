"""
Second API host: imported numbers, hosting orders and qualified numbers.

It uses the sandbox's port, below ``/imported``. No recorded traffic with the real host is
available, so this follows the API reference and, where that is silent, the least surprising
interpretation.
"""
