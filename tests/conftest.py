"""Settings of every test."""

from hypothesis import settings

# No example fails for being slow: the machine may be busy.  The rest stays as it is, on CI too.
settings.register_profile("book", settings(deadline=None))
settings.load_profile("book")
