"""The services that locate street addresses: one table for clinics', one for people's own.

A key or password is wrapped as it comes in, so that no repr, error or log shows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from locator.errors import LocatorError
from locator.geocoding import ServiceChoice
from locator.settings.fields import OptionalText, none_word

PUBLIC_NOMINATIM: Final = "nominatim"
_SECRET_NAME: Final = re.compile(
    r"(?:key|password|passwd|token|secret|user_?name|app_id|app_code|auth_id|client_id)$", re.IGNORECASE
)
_NO_PERSONAL_DATA: Final = (
    "the public Nominatim may not be sent a person's address: the policy of openstreetmap.org's servers "
    'allows no personal data. Name a domain of your own, choose another service, or "none"'
)


def is_secret(name: str, value: object) -> bool:
    """Whether a setting is a secret by its name, or a proxy's address that holds a password."""
    return bool(_SECRET_NAME.search(name)) or (name == "proxies" and "@" in str(value))


def _wrapped(values: object) -> object:
    """Hide the values of secrets."""
    if not isinstance(values, Mapping):
        return values
    return {
        name: SecretStr(value) if isinstance(value, str) and is_secret(str(name), value) else value
        for name, value in values.items()
    }


# In this order: left to itself, the union takes any text for a secret.
Argument = Annotated[
    Annotated[str, StringConstraints(strict=True, min_length=1, max_length=500)]
    | Annotated[int, Field(strict=True)]
    | Annotated[SecretStr, Field(min_length=1)],
    Field(union_mode="left_to_right"),
]
Arguments = Annotated[
    Mapping[Annotated[str, StringConstraints(to_lower=True)], Argument],
    BeforeValidator(_wrapped),
    AfterValidator(MappingProxyType),
]
ServiceName = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=50)] | None,
    BeforeValidator(none_word),
]


class GeocoderTable(BaseModel):
    """A service by its name in geopy, who runs it, its arguments, and its rate limit.

    `display_name` and `attribution` are None where the service's own are to be used.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, hide_input_in_errors=True)

    service: ServiceName = None
    display_name: OptionalText = None
    arguments: Arguments = Field(default_factory=dict)
    requests_per_second: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] = 1.0
    timeout_s: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = 10.0
    attribution: OptionalText = None

    @model_validator(mode="after")
    def _can_be_made(self) -> Self:
        """Check the service and its arguments against geopy.

        The default is known to be good, and geopy takes a tenth of a second to import: not for every command.
        """
        if self.service is None or (self.service == PUBLIC_NOMINATIM and not self.arguments):
            return self
        from locator.geocoding.services.services import check_arguments  # noqa: PLC0415

        try:
            check_arguments(self.service, self.arguments)
        except LocatorError as exc:
            raise ValueError(str(exc)) from None
        return self

    def choice(self) -> ServiceChoice | None:
        """The service with its secrets in the clear, to be passed on and dropped; or None."""
        if self.service is None:
            return None
        arguments = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in self.arguments.items()
        }
        return ServiceChoice(
            service=self.service,
            arguments=arguments,
            requests_per_second=self.requests_per_second,
            timeout_s=self.timeout_s,
            display_name=self.display_name,
            attribution=self.attribution,
        )


class ClinicGeocoder(GeocoderTable):
    """The service for clinics' addresses: they are public, so this may be a public service."""

    service: ServiceName = PUBLIC_NOMINATIM


class PatientGeocoder(GeocoderTable):
    """The service that may receive a person's address, with consent: none unless the operator sets one."""

    # The list is to be there within 3 seconds, whatever the service does.
    timeout_s: Annotated[float, Field(gt=0, le=2.5, allow_inf_nan=False)] = 2.5

    @model_validator(mode="after")
    def _takes_personal_data(self) -> Self:
        if self.service is None:
            return self
        from locator.geocoding.services.services import host_of, is_public_nominatim  # noqa: PLC0415

        if is_public_nominatim(host_of(self.service, self.arguments)):
            raise ValueError(_NO_PERSONAL_DATA)
        return self
