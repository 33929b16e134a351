"""Months and weekdays."""

_MONTHS = (
    ("Januari", "January"),
    ("Februari", "February"),
    ("Maret", "March"),
    ("April", "April"),
    ("Mei", "May"),
    ("Juni", "June"),
    ("Juli", "July"),
    ("Agustus", "August"),
    ("September", "September"),
    ("Oktober", "October"),
    ("November", "November"),
    ("Desember", "December"),
)
_WEEKDAYS = (("Sn", "Mo"), ("Sl", "Tu"), ("Rb", "We"), ("Km", "Th"), ("Jm", "Fr"), ("Sb", "Sa"), ("Mg", "Su"))

TABLE = {
    **{f"month.{number}": names for number, names in enumerate(_MONTHS, start=1)},
    **{f"weekday.{number}": names for number, names in enumerate(_WEEKDAYS)},
}
