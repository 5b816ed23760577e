"""Patches moto 5.2.5 where the state in moto differs from AWS, with one module per service.

Corrections around a call are in tools/sandbox/server/services. Importing this package patches moto once.
In the modules, `moto_x` is moto's implementation and `x` is the replacement.
"""

from patches import awslambda, ec2, elbv2, iam, kms, logs, route53, s3, sqs  # noqa: F401
