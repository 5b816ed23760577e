"""Patches moto's KMS where the state in moto differs from AWS."""

import json

from moto.kms import models as kms_models
from moto.kms.exceptions import ValidationException
from moto.kms.responses import KmsResponse
from moto.moto_api._internal import mock_random


# Keys have a rotation period, and their key material depends on the seed of the request.
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
