// What `cloister-runner` runs in a build. An environment variable names the request in the state bucket.
import { terminalProgress } from "@cloister/common";
import { stateKeys, variables } from "@cloister/components/catalog/engine/names";
import { artifactReaders, readArtifact } from "@cloister/components/catalog/runtime/read-artifact";
import { readRequest } from "@cloister/components/catalog/runtime/request";
import { variable } from "@cloister/components/functions/runtime/variables";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { listenForInterrupts } from "../interrupt";
import { version } from "../package.json";
import { runnerClients } from "./clients";
import { runRequest } from "./runner";
import { launchRoleOf } from "./settings";
import { openEnvironmentStack } from "./stack";

async function main(): Promise<void> {
  const { stateBucket, stateKeyArn, artifactBucket, request, requestDigest, attempt, build } = variables.runner;
  const progress = terminalProgress();
  const log = (text: string) => progress.note(text);
  const interrupt = listenForInterrupts(log);
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const clients = runnerClients(env, variable("AWS_REGION"));
  const { objects } = clients;
  const key = stateKeys.request(variable(request));
  const stored = await objects.read({ bucket: variable(stateBucket), key });
  if (!stored) throw new Error(`The request does not exist: s3://${variable(stateBucket)}/${key}.`);
  const parsed = readRequest(stored.toString("utf8"), { digest: variable(requestDigest), attempt: variable(attempt) });
  const readers = artifactReaders(variable(artifactBucket), clients.settings, objects);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-runner-"));
  for (const name of [request, requestDigest, attempt]) delete env[name];

  const context = {
    dir,
    clients,
    stateBucket: variable(stateBucket),
    stateKeyArn: variable(stateKeyArn),
    region: variable("AWS_REGION"),
    env,
    progress,
    interrupt,
  };
  try {
    const { status } = await runRequest(
      parsed,
      {
        objects,
        stateBucket: context.stateBucket,
        program: version,
        buildId: variable(build),
        readArtifact: (location, launchRoleArn) => readArtifact(location, launchRoleArn, readers),
        open: (given, file, artifact) => openEnvironmentStack(given, file, artifact, context),
        boundaryOf: (given, config) => clients.boundaryOf(launchRoleOf(given, config)),
        isForeign: (given, config) => clients.isForeign(launchRoleOf(given, config), given.provisionedProductId),
        now: () => new Date(),
        log,
      },
      () => interrupt.signal.aborted,
    );
    log(`${parsed.operation} ${parsed.provisionedProductId}: ${status}`);
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
