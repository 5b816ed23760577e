"""Where moto 5.2.5 differs from AWS in the state it keeps. What can be set right from outside is in sandbox/gateway/services.

Importing this module changes moto, once.
"""

import json

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.kms import models as kms_models
from moto.kms.exceptions import ValidationException
from moto.kms.responses import KmsResponse
from moto.moto_api._internal import mock_random
from moto.s3.models import FakeBucket, S3Backend


# ---- EC2: no account has a default VPC; accounts of the organizations that this product is made for have theirs removed ----


class NoDefaultVpc:
    """Stands where moto expects the default VPC: whoever needs its id gets AWS's answer for an account without one."""

    @property
    def id(self):
        raise EC2ClientError("VPCIdNotSpecified", "No default VPC for this user")


EC2Backend.create_default_vpc = lambda self: NoDefaultVpc()


# ---- S3: moto ignores conditions, so a Deny under one would block every upload; a statement that can't be judged is left to pass ----

get_permission = FakeBucket.get_permission


def get_unconditional_permission(self, action: str, resource: str):
    if self.policy is None:
        return get_permission(self, action, resource)
    kept = self.policy
    document = json.loads(kept)
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    document["Statement"] = [s for s in statements if not (s["Effect"] == "Deny" and s.get("Condition"))]
    self.policy = json.dumps(document).encode()
    try:
        return get_permission(self, action, resource)
    finally:
        self.policy = kept


FakeBucket.get_permission = get_unconditional_permission

# ---- S3: access logs are kept as a setting but not written: they would come with every read, and fill buckets that nobody wrote to ----

S3Backend.log_incoming_request = lambda *_args, **_kwargs: None


# ---- KMS: the rotation period; key material that depends on the seed ----


def enable_key_rotation(self) -> str:
    key_id = self._get_param("KeyId")
    self._validate_cmk_id(key_id)
    period = self._get_param("RotationPeriodInDays") or 365
    if not 90 <= period <= 2560:
        raise ValidationException("RotationPeriodInDays must be between 90 and 2560.")
    self.kms_backend.enable_key_rotation(key_id)
    self.kms_backend.keys[self.kms_backend.get_key_id(key_id)].rotation_period = period
    return json.dumps(None)


def get_key_rotation_status(self) -> str:
    key_id = self._get_param("KeyId")
    self._validate_cmk_id(key_id)
    key = self.kms_backend.keys[self.kms_backend.get_key_id(key_id)]
    if not key.key_rotation_status:
        return json.dumps({"KeyId": key.arn, "KeyRotationEnabled": False})
    return json.dumps({"KeyId": key.arn, "KeyRotationEnabled": True, "RotationPeriodInDays": getattr(key, "rotation_period", 365)})


KmsResponse.enable_key_rotation = enable_key_rotation
KmsResponse.get_key_rotation_status = get_key_rotation_status
kms_models.generate_master_key = lambda: mock_random.randbytes(32)
