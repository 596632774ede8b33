"""
Durable stores of billable calls: SQLite for one host, PostgreSQL for several.

A store keeps a journal entry for each billable call, the claims of calls in progress, and the
numbers that the project owns, so that a restarted process can resolve interrupted calls, and
two processes never rent the same number.

::

    store = SQLiteStore("numbers.db")
"""

from typing import TYPE_CHECKING

from sinch_numbers._core.lazy import attach

if TYPE_CHECKING:
    from sinch_numbers.store._open import *
    from sinch_numbers.store._postgres import *
    from sinch_numbers.store._sqlite import *

attach(__name__)
