// Starts the server of the package mirror. Environment variables: MIRROR_BUCKET, AWS_REGION, PORT.
import { S3Client } from "@aws-sdk/client-s3";
import { createServer } from "node:http";
import { rootKey } from "../index-keys";
import { mirrorListener } from "./app";
import { readObject } from "./store";

const { MIRROR_BUCKET: bucket, PORT: port = "8080" } = process.env;
if (!bucket) throw new Error("MIRROR_BUCKET must be the name of the mirror's bucket.");

/** Requests at the same time. A stream of each has a buffer of 64 KiB, which a task of 512 MiB has for all of them. */
const maxRequests = 256;

/** A client of pip waits 15 seconds for an answer, so both attempts fit. */
const clientFor = (maxSockets: number) =>
  new S3Client({ maxAttempts: 2, requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, httpsAgent: { maxSockets } } });

const packages = clientFor(maxRequests);
// Requests for packages cannot delay the health check of the load balancer.
const health = clientFor(4);
const log = (entry: object) => process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
const server = createServer(
  mirrorListener({
    read: (key, options) => readObject(packages, bucket, key, options),
    // A new mirror has no page yet, and is ready.
    ready: () => readObject(health, bucket, rootKey("html"), { head: true }),
    maxRequests,
    // The largest wheels have about 2 GiB, which pip reads in this time with 30 Mbit/s.
    maxDuration: 600_000,
    log,
  }),
);
// Clients that send or read nothing lose their connection, so that they cannot use up the server.
server.headersTimeout = 10_000;
server.requestTimeout = 30_000;
server.timeout = 60_000;
server.keepAliveTimeout = 60_000;
server.maxConnections = 4096;
server.listen(Number(port), () => log({ listening: server.address() }));

// ECS sends SIGTERM, and SIGKILL after the stop timeout: requests in progress end before.
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
