// Starts the server of the package mirror. Environment variables: MIRROR_BUCKET, AWS_REGION, PORT.
import { S3Client } from "@aws-sdk/client-s3";
import { createServer } from "node:http";
import { mirrorListener } from "./app";
import { readObject } from "./store";

const { MIRROR_BUCKET: bucket, PORT: port = "8080" } = process.env;
if (!bucket) throw new Error("MIRROR_BUCKET must be the name of the mirror's bucket.");

// A client of pip waits 15 seconds for an answer, so both attempts fit.
const client = new S3Client({ maxAttempts: 2, requestHandler: { connectionTimeout: 1000, requestTimeout: 5000 } });
const log = (entry: object) => process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
const server = createServer(mirrorListener({ read: (key, options) => readObject(client, bucket, key, options), log }));
server.requestTimeout = 30_000;
server.keepAliveTimeout = 60_000;
server.listen(Number(port), () => log({ listening: server.address() }));

// ECS sends SIGTERM, and SIGKILL after the stop timeout: requests in progress end before.
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
