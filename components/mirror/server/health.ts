/** Paths for health checks. `alive` needs no bucket, so that a fault of S3 does not restart every task. */
export const healthPaths = { alive: "/-/alive", ready: "/-/ready" };

/** Status of requests that the server rejects because it is busy. */
export const busyStatus = 503;
