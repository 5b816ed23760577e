// The approved packages that an environment reads from the mirror of its core stack.
import { type AwsContext } from "@cloister/components/aws/context";
import { accessPointHost, accessPointIndexUrl, MirrorAccessPoint } from "@cloister/components/mirror";
import { plainValue, type Published } from "@cloister/components/stack/contract";
import { removeCommand, setCommand } from "@cloister/components/stack/fix-command";
import { type Planned, type Problem } from "@cloister/components/stack/preflight";
import { type StudioSettings } from "@cloister/components/studio/settings";
import { type coreOutputs } from "@cloister/core/outputs";
import * as pulumi from "@pulumi/pulumi";
import { type StandaloneSettings } from "./settings";

/** How an environment reads the mirror. Absent in a plan without a mirror. */
export interface PackagesPlan {
  bucketName: string;
  /** DNS name of the index, which the DNS firewall must allow. */
  host: string;
  pip: NonNullable<StudioSettings["pip"]>;
}

interface PackagesRequest {
  context: AwsContext;
  /** `fraud-dev` */
  name: string;
  packages: StandaloneSettings["packages"];
  studio: StudioSettings;
  core: Pick<Published<typeof coreOutputs>, "mirrorFront" | "mirrorBucket" | "mirrorRequests">;
}

const setting = "cloister-environment:packages";

/** Plans how the environment reads the mirror. The outputs of the core stack are known before resources are created. */
export async function planPackages(request: PackagesRequest): Promise<Planned<PackagesPlan | undefined>> {
  const { context, name, packages, studio, core } = request;
  if (packages === "none") return { plan: undefined, problems: [] };
  const [front, bucketName, requests] = await plainValue(pulumi.all([core.mirrorFront, core.mirrorBucket, core.mirrorRequests]));
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
  const pip = { indexUrl: accessPointIndexUrl(context, name), requests };
  return { plan: { bucketName, host: accessPointHost(context, name), pip }, problems };
}

/** Creates the access point of the environment, for its VPC. */
export function createPackages(
  { name, context, packages }: { name: string; context: AwsContext; packages?: PackagesPlan },
  vpcId: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): void {
  if (packages) new MirrorAccessPoint(name, { context, bucketName: packages.bucketName, vpcId }, opts);
}
