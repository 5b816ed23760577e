"""Patches moto's S3 where the state in moto differs from AWS."""

import copy
import json
from fnmatch import fnmatchcase

import xmltodict
from moto.moto_api._internal import mock_random
from moto.s3.exceptions import InvalidBucketState
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response


# A Deny statement with conditions is not applied: moto ignores conditions, so the statement would block every upload.
moto_get_permission = FakeBucket.get_permission


def get_permission(self, action: str, resource: str):
    if self.policy is None:
        return moto_get_permission(self, action, resource)
    policy = self.policy
    document = json.loads(policy)
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    document["Statement"] = [s for s in statements if not (s["Effect"] == "Deny" and s.get("Condition"))]
    self.policy = json.dumps(document).encode()
    try:
        return moto_get_permission(self, action, resource)
    finally:
        self.policy = policy


FakeBucket.get_permission = get_permission


# Checks the permission to deliver access logs. moto fails for a bucket without an ACL and for some policy statements.
def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def allows_log_delivery(target_bucket: FakeBucket, target_prefix: "str | None") -> bool:
    if target_bucket.policy is None:
        return False
    resource = f"arn:aws:s3:::{target_bucket.name}/{target_prefix or ''}x"
    for statement in as_list(json.loads(target_bucket.policy)["Statement"]):
        principal = statement.get("Principal")
        services = as_list(principal.get("Service", [])) if isinstance(principal, dict) else [principal]
        names_service = "logging.s3.amazonaws.com" in services or "*" in services
        names_action = any(fnmatchcase("s3:PutObject", pattern) for pattern in as_list(statement.get("Action", [])))
        names_resource = any(fnmatchcase(resource, pattern) for pattern in as_list(statement.get("Resource", [])))
        if statement.get("Effect") == "Allow" and names_service and names_action and names_resource:
            return True
    return False


moto_log_permissions_enabled_acl = FakeBucket._log_permissions_enabled_acl
FakeBucket._log_permissions_enabled_policy = staticmethod(allows_log_delivery)
FakeBucket._log_permissions_enabled_acl = staticmethod(
    lambda target_bucket: bool(target_bucket.acl) and moto_log_permissions_enabled_acl(target_bucket)
)


# Access logs are only a setting: a log object for every request would fill buckets that no program writes to.
S3Backend.log_incoming_request = lambda *_args, **_kwargs: None


# A lifecycle configuration is returned unchanged: moto drops elements, and the AWS provider waits for equal rules.
moto_set_lifecycle = FakeBucket.set_lifecycle
moto_get_bucket_lifecycle = S3Response.get_bucket_lifecycle


def set_lifecycle(self, rules: list) -> None:
    rules_as_put = [{"ID": rule.get("ID") or mock_random.uuid4().hex, **rule} for rule in copy.deepcopy(rules)]
    moto_set_lifecycle(self, rules)
    self.lifecycle_as_put = rules_as_put


def get_bucket_lifecycle(self):
    answer = moto_get_bucket_lifecycle(self)
    rules = self.backend.get_bucket(self.bucket_name).lifecycle_as_put
    document = {"LifecycleConfiguration": {"@xmlns": "http://s3.amazonaws.com/doc/2006-03-01/", "Rule": rules}}
    return answer[0], answer[1], xmltodict.unparse(document)


FakeBucket.set_lifecycle = set_lifecycle
S3Response.get_bucket_lifecycle = get_bucket_lifecycle


# Object Lock can be enabled later (since 2023), then requires versioning, and omits a period that is not set.
# Error text: terraform-aws-modules/terraform-aws-s3-bucket issue 90.
def put_object_lock_configuration(self, bucket_name: str, lock_enabled: bool, mode=None, days=None, years=None) -> None:
    bucket = self.get_bucket(bucket_name)
    if not bucket.is_versioned:
        raise InvalidBucketState("Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
    bucket.object_lock_enabled = True
    bucket.default_lock_mode = mode
    bucket.default_lock_days = days or 0
    bucket.default_lock_years = years or 0


moto_get_object_lock_configuration = S3Backend.get_object_lock_configuration


def get_object_lock_configuration(self, bucket_name: str) -> tuple:
    enabled, mode, days, years = moto_get_object_lock_configuration(self, bucket_name)
    return enabled, mode, days or None, years or None


moto_put_bucket_versioning = S3Backend.put_bucket_versioning


def put_bucket_versioning(self, bucket_name: str, status: str) -> None:
    if self.get_bucket(bucket_name).object_lock_enabled and status != "Enabled":
        raise InvalidBucketState("An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.")
    moto_put_bucket_versioning(self, bucket_name, status)


S3Backend.get_object_lock_configuration = get_object_lock_configuration
S3Backend.put_object_lock_configuration = put_object_lock_configuration
S3Backend.put_bucket_versioning = put_bucket_versioning


# A bucket with suspended versioning keeps its versions. moto deletes all versions of the object, or fails at a delete marker.
# Source: Amazon S3 User Guide, "Deleting objects from versioning-suspended buckets".
moto_delete_object = S3Backend.delete_object


def delete_object(self, bucket_name: str, key_name: str, version_id: "str | None" = None, bypass: bool = False) -> tuple:
    bucket = self.get_bucket(bucket_name)
    if bucket.versioning_status != "Suspended":
        return moto_delete_object(self, bucket_name, key_name, version_id=version_id, bypass=bypass)
    bucket.versioning_status = "Enabled"
    try:
        return moto_delete_object(self, bucket_name, key_name, version_id=version_id, bypass=bypass)
    finally:
        bucket.versioning_status = "Suspended"


S3Backend.delete_object = delete_object
