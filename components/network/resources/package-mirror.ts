import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createEndpointZone } from "./hosted-zone";
import { nameTag } from "./name-tag";
import { allowHttps, type Callers, createSecurityGroup } from "./security-groups";
import { type ZoneSubnet } from "./subnets";

export interface PackageMirrorArgs {
  vpcId: pulumi.Output<string>;
  /** `eu-central-1` */
  region: string;
  subnets: ZoneSubnet[];
  callers: Callers;
  /** Endpoint service of the mirror, `com.amazonaws.vpce.…`. */
  serviceName: string;
  /** DNS name of the mirror. */
  host: string;
}

/**
 * An endpoint for a package mirror, with a DNS name.
 * The owner of the endpoint service must accept the endpoint, or accept all endpoints automatically.
 */
export function createPackageMirror(name: string, args: PackageMirrorArgs, parent: pulumi.Resource): void {
  const { vpcId, region, subnets, callers, serviceName, host } = args;
  const group = createSecurityGroup(name, "mirror", { vpcId, description: "Package mirror: reached by workloads over HTTPS" }, parent);
  allowHttps(name, { callers, to: group.id, target: "mirror", description: "Packages from the mirror" }, { parent });
  const endpoint = new aws.ec2.VpcEndpoint(
    `${name}-mirror`,
    {
      vpcId,
      serviceName,
      vpcEndpointType: "Interface",
      privateDnsEnabled: false,
      subnetIds: subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [group.id],
      ...nameTag(name, "mirror"),
    },
    { parent },
  );
  createEndpointZone(name, { vpcId, region, domain: host, records: [""], endpoint, comment: `Package mirror of ${name}` }, parent);
}
