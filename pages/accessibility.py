"""What was tested so that everyone can use these pages, and what does not work yet."""

from locator.ui import panels, resources

panels.statement(resources.settings())
