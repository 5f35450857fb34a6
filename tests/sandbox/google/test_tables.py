"""The tables read off Google's packages: a change of their private parts shows here first."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.google.permissions import NEEDS
from sandbox.google.roles import PERMISSIONS
from sandbox.google.tables import APIS, GET_OPERATION, methods_of
from sandbox.google.transcoding import compile_path

COUNTS = {
    "ApiKeys": 8,
    "SecretManagerService": 17,
    "ServiceUsage": 6,
    "Projects": 11,
    "Folders": 11,
    "CloudBilling": 11,
    "IAM": 31,
    "OrgPolicy": 12,
    "MetricService": 9,
}


def test_every_service_has_the_known_number_of_methods() -> None:
    """An upgrade that breaks the reflection, or adds a method, is noticed."""
    assert {api.name: len(methods_of(api)) for api in APIS} == COUNTS


def test_every_method_knows_its_messages() -> None:
    """Both doors can read requests and write answers of every method."""
    for rpc in (rpc for api in APIS for rpc in methods_of(api)):
        for message in (rpc.request, rpc.response):
            assert hasattr(message, "deserialize") or hasattr(message, "FromString"), rpc.path


def test_the_methods_with_logic_are_those_with_a_permission(cloud: Any) -> None:
    """No method is served without an entry in the permission table, and no entry is dead."""
    every = [GET_OPERATION, *(rpc for api in APIS for rpc in methods_of(api))]

    served = {rpc.short for rpc in every if cloud._dispatcher.serves(rpc)}

    assert served == NEEDS.keys()


def test_every_needed_permission_is_in_some_role() -> None:
    """A permission nobody can hold would be a spelling mistake."""
    assert {permission for permission in NEEDS.values() if permission} <= PERMISSIONS


def test_every_served_method_has_a_rest_path(cloud: Any) -> None:
    """GRPC and REST serve the same methods."""
    with_path = {path.rpc.short for path in cloud.rest_door.paths}

    assert NEEDS.keys() <= with_path


@pytest.mark.parametrize(
    ("method", "path", "values"),
    [
        ("GetKey", "/v2/projects/p/locations/global/keys/k", ("projects/p/locations/global/keys/k",)),
        ("GetKey", "/v2/projects/p/locations/global/keys/k/keyString", None),
        ("UndeleteKey", "/v2/projects/p/locations/l/keys/k:undelete", ("projects/p/locations/l/keys/k",)),
        ("UndeleteKey", "/v2/projects/p/locations/l/keys/k", None),
    ],
)
def test_a_path_matches_its_method_alone(method: str, path: str, values: tuple[str, ...] | None) -> None:
    """Variables take whole segments and stop at a custom verb."""
    rpc = next(rpc for rpc in methods_of(APIS[0]) if rpc.method == method)

    found = compile_path(rpc, rpc.bindings[0]).pattern.fullmatch(path)

    assert (found.groups() if found else None) == values
