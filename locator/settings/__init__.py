"""What the operator may set: locator.toml and LOCATOR_ variables."""

from locator.settings.data_files import BASE_MAP, CLINICS, HISTORY, SHIPPED, DataFiles
from locator.settings.geocoders import GeocoderTable
from locator.settings.loading import FILE_NAME, Practice, Settings, load_settings
from locator.settings.staff import StaffTable

__all__ = [
    "BASE_MAP",
    "CLINICS",
    "FILE_NAME",
    "HISTORY",
    "SHIPPED",
    "DataFiles",
    "GeocoderTable",
    "Practice",
    "Settings",
    "StaffTable",
    "load_settings",
]
