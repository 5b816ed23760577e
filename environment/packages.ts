// The approved packages that an environment reads from the mirror of its core stack.
import { type AwsContext } from "@cloister/components/aws/context";
import { accessPointHost, accessPointIndexUrl, MirrorAccessPoint } from "@cloister/components/mirror";
import { plainValue, type Published } from "@cloister/components/stack/contract";
import { removeCommand, setCommand } from "@cloister/components/stack/fix-command";
import { type Planned, type Problem } from "@cloister/components/stack/preflight";
import { type PipSettings, type StudioSettings } from "@cloister/components/studio/settings";
import { type coreOutputs } from "@cloister/core/outputs";
import * as pulumi from "@pulumi/pulumi";
import { type EnvironmentSettings, type StandaloneSettings } from "./settings";

/** How an environment reads the mirror. Absent in a plan without a mirror. */
export interface PackagesPlan {
  bucketName: string;
  /** Present if servers answer, which the environment reaches through an endpoint of its network. */
  endpoint?: { serviceName: string; zones: string[] };
  /** CodeArtifact repository, `arn:…:repository/…`. Present if the environment reads it through the endpoints of its network. */
  repositoryArn?: string;
  /** DNS name of the index, which the DNS firewall must allow. */
  host: string;
  pip: PipSettings;
}

interface PackagesRequest {
  context: AwsContext;
  /** `fraud-dev` */
  name: string;
  packages: StandaloneSettings["packages"];
  studio: StudioSettings;
  network: Pick<EnvironmentSettings["network"], "features" | "mirrorServiceName">;
  /** Whether the engine of environments deploys. */
  isProduct: boolean;
  core: Pick<
    Published<typeof coreOutputs>,
    "mirrorFront" | "mirrorBucket" | "mirrorRequests" | "mirrorIndexUrl" | "mirrorServiceName" | "mirrorZones" | "mirrorRepositoryArn"
  >;
}

const setting = "cloister-environment:packages";

/** Problems with the endpoint through which the environment reaches the servers of the mirror. */
function endpointProblems({ network: { features }, isProduct }: PackagesRequest, { endpoint }: PackagesPlan): Problem[] {
  if (!endpoint) return [];
  return [
    ...(features.includes("mirror")
      ? [
          {
            setting,
            text: `must be none together with the feature 'mirror' of 'cloister-environment:network.features' (got core), because a network has one mirror. Fix: remove the feature, or ${setCommand(setting, "none")}`,
          },
        ]
      : []),
    ...(isProduct
      ? [
          {
            setting,
            text: `must be none in environments from the portfolio while 'cloister-core:mirror.front' is fargate (got core), because the launch role of environments has no permissions for the endpoint. Fix: use front s3 in core, or ${setCommand(setting, "none")}`,
          },
        ]
      : []),
  ];
}

/** Plans how the environment reads the mirror. The outputs of the core stack are known before resources are created. */
export async function planPackages(request: PackagesRequest): Promise<Planned<PackagesPlan | undefined>> {
  const { context, name, packages, studio, core } = request;
  if (packages === "none") return { plan: undefined, problems: [] };
  const [front, bucketName, requests, indexUrl, serviceName, zones, repositoryArn] = await plainValue(
    pulumi.all([
      core.mirrorFront,
      core.mirrorBucket,
      core.mirrorRequests,
      core.mirrorIndexUrl,
      core.mirrorServiceName,
      core.mirrorZones,
      core.mirrorRepositoryArn,
    ]),
  );
  const problems: Problem[] = [
    ...(front === ""
      ? [
          {
            setting,
            text: `must be none, because the core stack has no package mirror (got core). Fix: set 'cloister-core:mirror' there first (docs/packages.md), or ${setCommand(setting, "none")}`,
          },
        ]
      : []),
    ...(studio.pip
      ? [
          {
            setting,
            text: `must be none together with 'cloister-environment:studio.pip' (got core), because pip uses one index. Fix: ${removeCommand("cloister-environment:studio.pip")}, or ${setCommand(setting, "none")}`,
          },
        ]
      : []),
  ];
  const plan: PackagesPlan =
    front === "codeartifact"
      ? { bucketName, repositoryArn, host: new URL(indexUrl).hostname, pip: { indexUrl, requests, repositoryArn } }
      : front === "fargate"
        ? { bucketName, endpoint: { serviceName, zones }, host: new URL(indexUrl).hostname, pip: { indexUrl, requests } }
        : { bucketName, host: accessPointHost(context, name), pip: { indexUrl: accessPointIndexUrl(context, name), requests } };
  return { plan, problems: [...problems, ...endpointProblems(request, plan)] };
}

/** Whether the environment reads the bucket through an access point, without servers and CodeArtifact. */
export const readsBucket = ({ endpoint, repositoryArn }: PackagesPlan) => endpoint === undefined && repositoryArn === undefined;

/** Creates the access point of the environment, for its VPC, if the environment reads the bucket. */
export function createPackages(
  { name, context, packages }: { name: string; context: AwsContext; packages?: PackagesPlan },
  vpcId: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): void {
  if (packages && readsBucket(packages)) new MirrorAccessPoint(name, { context, bucketName: packages.bucketName, vpcId }, opts);
}
