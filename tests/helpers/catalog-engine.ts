// Creates the engine of Service Catalog under mocks, with functions that do nothing.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Engine, type EngineArgs } from "@cloister/components/catalog/engine/engine";
import { environmentCatalogSettings } from "@cloister/components/catalog/environments/settings";
import { HUB, REGION, settle, useMocks, waitForRegistrations, type World } from "./mocks";

export const hub = "bank-hub";
export const context = { accountId: HUB, region: REGION, partition: "aws" };
export const launchRoleArn = `arn:aws:iam::${HUB}:role/${hub}-environment-launch`;
export const image = `${HUB}.dkr.ecr.${REGION}.amazonaws.com/cloister/runner@sha256:${"0a".repeat(32)}`;

export const engineSettings = (change: object = {}): EngineArgs["settings"] =>
  environmentCatalogSettings().parse({
    leads: [`arn:aws:iam::${HUB}:role/Leads`],
    engine: { subnetIds: ["subnet-0123456789abcdef0"], securityGroupIds: ["sg-0123456789abcdef0"], image, ...change },
  })!.engine;

let folder: string | undefined;
/** A folder with functions that do nothing, for code that is not under test. */
export function emptyFunctions(): string {
  if (folder !== undefined) return folder;
  const created = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-runtime-"));
  process.once("exit", () => fs.rmSync(created, { recursive: true, force: true }));
  for (const entry of ["parser", "dispatcher", "report"])
    fs.writeFileSync(path.join(created, `${entry}.ts`), "export const handler = (event: unknown): unknown => event;\n");
  folder = created;
  return created;
}

export const engineArgs = (change: Partial<EngineArgs> = {}): EngineArgs => ({
  context,
  settings: engineSettings(),
  vpcId: "vpc-0123456789abcdef0",
  launchRoleArns: [launchRoleArn],
  publisherArns: [],
  nonPublishers: [`arn:aws:iam::${HUB}:role/cloister/*`],
  alertTopicArn: `arn:aws:sns:${REGION}:${HUB}:alerts`,
  keyDeletionDays: 30,
  keyRotationDays: 365,
  purge: false,
  codeFolder: emptyFunctions(),
  ...change,
});

/** The resources and the outputs of an engine. */
export async function createdEngine(change: Partial<EngineArgs> = {}): Promise<{ world: World; outputs: Record<string, unknown> }> {
  const world = await useMocks({ project: "cloister-core", stack: hub, config: {} });
  const engine = new Engine(hub, engineArgs(change));
  const outputs = Object.fromEntries(
    await Promise.all(
      (["artifactBucketName", "stateBucketName", "stateKeyArn", "stateMachineArn", "runnerRoleArn", "parserRoleArn"] as const).map(
        async (key) => [key, await settle(engine[key])] as const,
      ),
    ),
  );
  await waitForRegistrations();
  return { world, outputs };
}
