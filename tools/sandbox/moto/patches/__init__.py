"""Where moto 5.2.5 differs from AWS in the state that it keeps, one module per service.

What can be corrected around a call is in tools/sandbox/server/services. Importing this package changes moto once.
In the modules, `moto_x` is moto's implementation and `x` the one that replaces it.
"""

from patches import ec2, iam, kms, logs, route53, s3  # noqa: F401
