"""The finder: a place and what is needed in; clinics as a list and on a map, and the overview, out."""

from locator.ui import panels
from locator.ui.finder import finder_panels
from locator.ui.runtime import resources

settings = resources.settings()
geocoder = resources.patient_geocoder()
finder_panels.top(settings, geocoder.name if geocoder else None)
finder_panels.results()
panels.overview_column(settings)
panels.foot()
