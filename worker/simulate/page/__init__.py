"""A future as one HTML page that needs nothing beside it: no script, no font, no other file."""

from worker.simulate.page.document import page_of

__all__ = ["page_of"]
