// The package mirror of a core stack.
import {
  CodeArtifactFront,
  codeArtifactProblems,
  FargateFront,
  fargateProblems,
  MirrorBucket,
  mirrorIndexUrlOf,
  mirrorProblems,
  repositoryIndexUrl,
  withTaskEndpoints,
} from "@cloister/components/mirror";
import { type MirrorSettings } from "@cloister/components/mirror/settings";
import { type AwsContext } from "@cloister/components/aws/context";
import { type EndpointHub } from "@cloister/components/network";
import { codeArtifactRegions, type EndpointName, type FeatureName } from "@cloister/components/network/catalogue";
import { type EndpointHubSettings } from "@cloister/components/network/settings";
import { removeCommand, setCommand } from "@cloister/components/stack/fix-command";
import { type Problem } from "@cloister/components/stack/preflight";
import * as fs from "node:fs";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { type CoreSettings } from "./settings";

/** The text of a file in the folder of the project. `undefined` if the file cannot be read. */
function readManifest({ manifest }: MirrorSettings): string | undefined {
  try {
    return fs.readFileSync(path.join(__dirname, manifest), "utf8");
  } catch {
    return undefined;
  }
}

const mirrorPath = "cloister-core:mirror";

/** Problems with the setting `mirror` and the manifest of approved packages. */
export function preflightMirror(context: AwsContext, { mirror: settings, network }: CoreSettings): Problem[] {
  if (!settings) return [];
  const { front, fargate } = settings;
  const fargatePath = `${mirrorPath}.fargate`;
  return [
    ...mirrorProblems({ context, settings, path: mirrorPath, manifest: readManifest(settings), now: new Date() }),
    ...(front === "codeartifact" ? codeArtifactProblems({ context, regions: codeArtifactRegions, path: mirrorPath }) : []),
    ...(front === "fargate"
      ? fargateProblems({ context, settings: fargate, network, path: fargatePath, networkPath: "cloister-core:network" })
      : []),
    ...(front !== "fargate" && fargate
      ? [
          {
            setting: fargatePath,
            text: `requires the front fargate (got front ${front}). Fix: ${removeCommand(fargatePath)}, or ${setCommand(`${mirrorPath}.front`, "fargate")}`,
          },
        ]
      : []),
  ];
}

/** The settings of the shared endpoints, with the endpoints that the servers of the mirror need. */
export const withMirrorEndpoints = ({ mirror, network }: CoreSettings): EndpointHubSettings | undefined =>
  network && mirror?.front === "fargate" ? withTaskEndpoints<EndpointHubSettings, FeatureName, EndpointName>(network) : network;

interface MirrorParts {
  context: AwsContext;
  settings: CoreSettings;
  logBucketName: pulumi.Input<string>;
  /** Key for the request log and for packages in CodeArtifact, `arn:…:key/…`. */
  logKeyArn: pulumi.Input<string>;
  permissionsBoundaryArn: pulumi.Input<string>;
  alertTopicArn: pulumi.Input<string>;
  /** The shared endpoints, if the hub has them. */
  endpointHub?: EndpointHub;
  /** Availability Zones of the shared endpoints. */
  zones: string[];
}

const noMirror = {
  mirrorFront: "",
  mirrorBucket: "",
  mirrorRequests: "",
  mirrorIndexUrl: "",
  mirrorServiceName: "",
  mirrorZones: [],
  mirrorRepositoryArn: "",
};

/** Creates the mirror. `name` is the stack name. Returns the outputs, which are empty without the setting `mirror`. */
export function createMirror(name: string, parts: MirrorParts, opts: pulumi.ComponentResourceOptions) {
  const { context, settings, logBucketName, endpointHub, zones } = parts;
  const { mirror, purge } = settings;
  if (!mirror) return noMirror;
  const common = { ...noMirror, mirrorFront: mirror.front, mirrorRequests: mirror.requests ?? settings.owner };
  if (mirror.front === "codeartifact") {
    const { logKeyArn: keyArn } = parts;
    const { repositoryArn } = new CodeArtifactFront(`${name}-mirror`, { context, hub: name, settings: mirror, keyArn }, opts);
    return { ...common, mirrorIndexUrl: repositoryIndexUrl(context, name), mirrorRepositoryArn: repositoryArn };
  }
  const { bucketName } = new MirrorBucket(`${name}-mirror`, { ...context, settings: mirror, logBucketName, purge }, opts);
  const outputs = { ...common, mirrorBucket: bucketName };
  if (mirror.front !== "fargate" || !mirror.fargate || !endpointHub) return outputs;
  const front = new FargateFront(
    `${name}-mirror`,
    {
      ...parts,
      hub: name,
      settings: mirror.fargate,
      bucketName,
      vpcId: endpointHub.vpcId,
      subnetIds: endpointHub.subnetIds,
      endpointSecurityGroupId: endpointHub.securityGroupId,
      s3PrefixListId: endpointHub.s3PrefixListId,
    },
    // Tasks pull their image through the endpoints, also while a destroy waits for them.
    { ...opts, dependsOn: endpointHub },
  );
  return { ...outputs, mirrorIndexUrl: mirrorIndexUrlOf(mirror.fargate), mirrorServiceName: front.serviceName, mirrorZones: zones };
}
