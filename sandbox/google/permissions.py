"""Name the permission every served method needs on the resource of its request.

Source: Google's IAM reference, method by method. None means: no permission, or the method filters by itself.
"""

from __future__ import annotations

_NAMES: dict[str, dict[str, str | None]] = {
    "ApiKeys": {
        "CreateKey": "apikeys.keys.create",
        "DeleteKey": "apikeys.keys.delete",
        "GetKey": "apikeys.keys.get",
        "GetKeyString": "apikeys.keys.getKeyString",
        "ListKeys": "apikeys.keys.list",
        "LookupKey": None,
        "UndeleteKey": "apikeys.keys.undelete",
        "UpdateKey": "apikeys.keys.update",
    },
    "SecretManagerService": {
        "AccessSecretVersion": "secretmanager.versions.access",
        "AddSecretVersion": "secretmanager.versions.add",
        "CreateSecret": "secretmanager.secrets.create",
        "DeleteSecret": "secretmanager.secrets.delete",
        "DestroySecretVersion": "secretmanager.versions.destroy",
        "DisableSecretVersion": "secretmanager.versions.disable",
        "EnableSecretVersion": "secretmanager.versions.enable",
        "GetIamPolicy": "secretmanager.secrets.getIamPolicy",
        "GetSecret": "secretmanager.secrets.get",
        "GetSecretVersion": "secretmanager.versions.get",
        "ListSecretVersions": "secretmanager.versions.list",
        "ListSecrets": "secretmanager.secrets.list",
        "SetIamPolicy": "secretmanager.secrets.setIamPolicy",
        "TestIamPermissions": None,
        "UpdateSecret": "secretmanager.secrets.update",
    },
    "ServiceUsage": {
        "BatchEnableServices": "serviceusage.services.enable",
        "BatchGetServices": "serviceusage.services.get",
        "DisableService": "serviceusage.services.disable",
        "EnableService": "serviceusage.services.enable",
        "GetService": "serviceusage.services.get",
        "ListServices": "serviceusage.services.list",
    },
    "Projects": {
        "CreateProject": "resourcemanager.projects.create",
        "GetIamPolicy": "resourcemanager.projects.getIamPolicy",
        "GetProject": "resourcemanager.projects.get",
        "SearchProjects": None,
        "SetIamPolicy": "resourcemanager.projects.setIamPolicy",
        "TestIamPermissions": None,
        "UndeleteProject": "resourcemanager.projects.undelete",
    },
    "CloudBilling": {
        "GetBillingAccount": "billing.accounts.get",
        "GetProjectBillingInfo": "resourcemanager.projects.get",
        "ListBillingAccounts": None,
        "TestIamPermissions": None,
        "UpdateProjectBillingInfo": "resourcemanager.projects.createBillingAssignment",
    },
    "Folders": {"TestIamPermissions": None},
    "IAM": {
        "CreateServiceAccount": "iam.serviceAccounts.create",
        "DeleteServiceAccount": "iam.serviceAccounts.delete",
        "DisableServiceAccount": "iam.serviceAccounts.disable",
        "EnableServiceAccount": "iam.serviceAccounts.enable",
        "GetIamPolicy": "iam.serviceAccounts.getIamPolicy",
        "GetServiceAccount": "iam.serviceAccounts.get",
        "ListServiceAccounts": "iam.serviceAccounts.list",
        "SetIamPolicy": "iam.serviceAccounts.setIamPolicy",
        "TestIamPermissions": None,
    },
    "OrgPolicy": {
        "GetEffectivePolicy": "orgpolicy.policy.get",
        "GetPolicy": "orgpolicy.policy.get",
    },
    "MetricService": {"ListTimeSeries": "monitoring.timeSeries.list"},
    "Operations": {"GetOperation": None},
}

NEEDS: dict[str, str | None] = {
    f"{service}/{method}": permission
    for service, methods in _NAMES.items()
    for method, permission in methods.items()
}
