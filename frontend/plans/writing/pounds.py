"""Decides how an amount of money is typed and written: pounds and pence, exactly."""

import re
from decimal import Decimal

# Either no comma at all or one before every three digits, so that «80,00» is asked about and never guessed.
_TYPED = re.compile(
    r"(?:£|GBP)?(?P<pounds>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<pence>[0-9]{1,2}))?(?:£|GBP)?", re.IGNORECASE
)
# Copied amounts carry these between or around their digits.
_BLANKS = dict.fromkeys(map(ord, " \t\n\u00a0\u2007\u2009\u202f"))
# Twelve digits of pounds are what the record holds.
LONGEST = 12
NOT_READ = "Enter an amount in pounds, such as 80,000 or 80,000.50."


def read_pounds(typed: str) -> str | None:
    """An amount as typed, such as «80,000» or «£80,000.00», as a decimal string; None when it is no amount."""
    found = _TYPED.fullmatch(typed.translate(_BLANKS))
    if found is None:
        return None
    pounds = found["pounds"].replace(",", "").lstrip("0") or "0"
    if len(pounds) > LONGEST:
        return None
    return f"{pounds}.{(found['pence'] or '').ljust(2, '0')}"


def typed_pounds(amount: str) -> str:
    """A decimal string as a form holds it: «80,000», or «80,000.50» when there are pence."""
    exact = Decimal(amount)
    return f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact:,.2f}"
