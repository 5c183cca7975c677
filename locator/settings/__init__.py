"""What the operator may set: locator.toml and LOCATOR_ variables."""

from locator.settings.data_files import CLINICS, HISTORY, DataFiles
from locator.settings.geocoders import GeocoderTable
from locator.settings.loading import FILE_NAME, Settings, load_settings
from locator.settings.publisher import Publisher
from locator.settings.staff import StaffTable

__all__ = [
    "CLINICS",
    "FILE_NAME",
    "HISTORY",
    "DataFiles",
    "GeocoderTable",
    "Publisher",
    "Settings",
    "StaffTable",
    "load_settings",
]
