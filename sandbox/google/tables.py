"""Name the services of this cloud and complete the REST bindings that the packages leave out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from google.longrunning import operations_pb2

from sandbox.google.reflect import Binding, Rpc, rpcs


@dataclass(frozen=True, slots=True)
class Api:
    """One Google API: its host, its title in error texts, and where its generated transport lives."""

    host: str
    title: str
    package: str
    name: str
    bindings: tuple[tuple[str, Binding], ...] = ()

    @property
    def transports(self) -> str:
        """The module that holds the generated transports."""
        return f"google.cloud.{self.package}.transports"


_PROJECT_SA = "{name=projects/*/serviceAccounts/*}"
_RESOURCE_SA = "{resource=projects/*/serviceAccounts/*}"
# Google: google/iam/admin/v1/iam.proto.
_IAM = (
    ("CreateServiceAccount", Binding("POST", "/v1/{name=projects/*}/serviceAccounts", "*")),
    ("GetServiceAccount", Binding("GET", f"/v1/{_PROJECT_SA}")),
    ("ListServiceAccounts", Binding("GET", "/v1/{name=projects/*}/serviceAccounts")),
    ("EnableServiceAccount", Binding("POST", f"/v1/{_PROJECT_SA}:enable", "*")),
    ("DisableServiceAccount", Binding("POST", f"/v1/{_PROJECT_SA}:disable", "*")),
    ("DeleteServiceAccount", Binding("DELETE", f"/v1/{_PROJECT_SA}")),
    ("GetIamPolicy", Binding("POST", f"/v1/{_RESOURCE_SA}:getIamPolicy")),
    ("SetIamPolicy", Binding("POST", f"/v1/{_RESOURCE_SA}:setIamPolicy", "*")),
    ("TestIamPermissions", Binding("POST", f"/v1/{_RESOURCE_SA}:testIamPermissions", "*")),
)
# Google: google/monitoring/v3/metric_service.proto.
_MONITORING = (("ListTimeSeries", Binding("GET", "/v3/{name=projects/*}/timeSeries")),)
# Clients of Resource Manager v1 are everywhere still.
_RESOURCE_MANAGER_V1 = (
    ("GetProject", Binding("GET", "/v1/{name=projects/*}")),
    ("GetIamPolicy", Binding("POST", "/v1/{resource=projects/*}:getIamPolicy", "*")),
    ("SetIamPolicy", Binding("POST", "/v1/{resource=projects/*}:setIamPolicy", "*")),
    ("TestIamPermissions", Binding("POST", "/v1/{resource=projects/*}:testIamPermissions", "*")),
)

APIS = (
    Api("apikeys.googleapis.com", "API Keys API", "api_keys_v2.services.api_keys", "ApiKeys"),
    Api(
        "secretmanager.googleapis.com",
        "Secret Manager API",
        "secretmanager_v1.services.secret_manager_service",
        "SecretManagerService",
    ),
    Api(
        "serviceusage.googleapis.com",
        "Service Usage API",
        "service_usage_v1.services.service_usage",
        "ServiceUsage",
    ),
    Api(
        "cloudresourcemanager.googleapis.com",
        "Cloud Resource Manager API",
        "resourcemanager_v3.services.projects",
        "Projects",
        _RESOURCE_MANAGER_V1,
    ),
    Api(
        "cloudresourcemanager.googleapis.com",
        "Cloud Resource Manager API",
        "resourcemanager_v3.services.folders",
        "Folders",
    ),
    Api(
        "cloudbilling.googleapis.com",
        "Cloud Billing API",
        "billing_v1.services.cloud_billing",
        "CloudBilling",
    ),
    Api(
        "iam.googleapis.com",
        "Identity and Access Management (IAM) API",
        "iam_admin_v1.services.iam",
        "IAM",
        _IAM,
    ),
    Api(
        "orgpolicy.googleapis.com", "Organization Policy API", "orgpolicy_v2.services.org_policy", "OrgPolicy"
    ),
    Api(
        "monitoring.googleapis.com",
        "Cloud Monitoring API",
        "monitoring_v3.services.metric_service",
        "MetricService",
        _MONITORING,
    ),
)

GET_OPERATION = Rpc(
    "google.longrunning.Operations",
    "GetOperation",
    "get_operation",
    operations_pb2.GetOperationRequest,
    operations_pb2.Operation,
    tuple(Binding("GET", f"/{version}/{{name=operations/*}}") for version in ("v1", "v2", "v3")),
)


@cache
def methods_of(api: Api) -> tuple[Rpc, ...]:
    """List one API's own methods; mixins such as Operations and Locations are left out."""
    own = [rpc for rpc in rpcs(api.transports, api.name) if rpc.service.rsplit(".", 1)[-1] == api.name]
    extra = [(method, binding) for method, binding in api.bindings]
    return tuple(
        replace(rpc, bindings=rpc.bindings + tuple(b for method, b in extra if method == rpc.method))
        for rpc in own
    )


@cache
def api_of(service: str) -> Api:
    """Return the API that owns a gRPC service such as google.api.apikeys.v2.ApiKeys."""
    return next(api for api in APIS if methods_of(api)[0].service == service)
