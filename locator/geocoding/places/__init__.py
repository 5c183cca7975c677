"""The offline gazetteer: ZIP codes, cities, counties and clinics' names, understood without any service."""

from locator.geocoding.places.atlas import Atlas
from locator.geocoding.places.gazetteer import Gazetteer, ZipArea, load_gazetteer
from locator.geocoding.places.names import (
    LONE_WORDS,
    LONG_FORMS,
    OPENING,
    STATE_NAMES,
    STATES_BY_KEY,
    key_of,
    keys_of,
    split_state,
    words_of,
)
from locator.geocoding.places.offline import BY_ZIP, ONLY_ZIP, OfflinePlaces, locate
from locator.geocoding.places.query import (
    CLOSING,
    COUNTRY,
    FILLER,
    HERE,
    LONGEST_TEXT,
    NEAR_ME,
    STREET_ENDS,
    ZIP_WORDS,
    Refusal,
    is_street,
    postal_address,
)
from locator.geocoding.places.reading import BY_CITY, ONLY_PLACE

__all__ = [
    "BY_CITY",
    "BY_ZIP",
    "CLOSING",
    "COUNTRY",
    "FILLER",
    "HERE",
    "LONE_WORDS",
    "LONGEST_TEXT",
    "LONG_FORMS",
    "NEAR_ME",
    "ONLY_PLACE",
    "ONLY_ZIP",
    "OPENING",
    "STATES_BY_KEY",
    "STATE_NAMES",
    "STREET_ENDS",
    "ZIP_WORDS",
    "Atlas",
    "Gazetteer",
    "OfflinePlaces",
    "Refusal",
    "ZipArea",
    "is_street",
    "key_of",
    "keys_of",
    "load_gazetteer",
    "locate",
    "postal_address",
    "split_state",
    "words_of",
]
