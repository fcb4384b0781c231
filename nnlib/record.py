"""Immutable values with named fields, in the browser's Python too, which has no dataclasses."""

from typing import Any, Self

from nnlib.text import told


class Record:
    """An immutable value: it compares by its fields, and `replace` makes changed copies.

    Copies and pickles are made anew from the fields, so that what is derived is right in them.
    A subclass names its fields in `fields` and `__slots__`, and sets them with `_set`.
    """

    __slots__ = ()  # no __dict__ to write into
    fields: tuple = ()

    def _set(self, **values):
        for name in values:
            object.__setattr__(self, name, values[name])

    def _values(self):
        return tuple([getattr(self, name) for name in self.fields])

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed. ValueError if there is no such field."""
        for name in changes:
            if name not in self.fields:
                raise ValueError(
                    f"{told(name)} is no field; the fields are {', '.join(self.fields)}"
                )
        return type(self)(*[changes.get(name, getattr(self, name)) for name in self.fields])

    def __setattr__(self, name, value):
        raise AttributeError(f"cannot set {name}: this value is immutable, use replace()")

    def __delattr__(self, name):
        raise AttributeError(f"cannot delete {name}: this value is immutable")

    def __reduce__(self):
        return type(self), self._values()

    def __eq__(self, other):
        return type(other) is type(self) and other._values() == self._values()

    def __hash__(self):
        return hash(self._values())

    def __repr__(self):
        fields = ", ".join([f"{name}={getattr(self, name)!r}" for name in self.fields])
        return f"{type(self).__name__}({fields})"
