"""What was tested so that everyone can use these pages, and what does not work yet."""

from locator.ui import panels
from locator.ui.runtime import resources

panels.statement(resources.settings())
