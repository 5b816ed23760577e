import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { nameTag } from "./name-tag";

export interface EndpointZoneArgs {
  vpcId: pulumi.Input<string>;
  /** `eu-central-1` */
  region: string;
  /** `sts.eu-central-1.amazonaws.com` */
  domain: string;
  /** Record name prefixes: for the domain itself, for all names below the domain, or for both. */
  records: ("" | "*.")[];
  /** The endpoint that the records point to. */
  endpoint: aws.ec2.VpcEndpoint;
  comment: string;
}

/**
 * A private hosted zone whose names resolve to an endpoint. Cost: 0.50 USD a month.
 * Source: AWS "Routing traffic to an Amazon VPC interface endpoint by using your domain name".
 */
export function createEndpointZone(name: string, args: EndpointZoneArgs, parent: pulumi.Resource): aws.route53.Zone {
  const { vpcId, region, domain, records, endpoint, comment } = args;
  const zone = new aws.route53.Zone(
    `${name}-${domain}`,
    { name: domain, comment, vpcs: [{ vpcId, vpcRegion: region }], ...nameTag(name, domain) },
    // Other stacks associate VPCs with this hosted zone.
    { parent, ignoreChanges: ["vpcs"] },
  );
  // The first DNS entry resolves to the endpoint in all Availability Zones.
  const target = endpoint.dnsEntries.apply((entries) => entries[0]);
  for (const prefix of records)
    new aws.route53.Record(
      `${name}-${prefix}${domain}`,
      {
        zoneId: zone.zoneId,
        name: `${prefix}${domain}`,
        type: "A",
        aliases: [
          {
            name: target.apply((entry) => entry?.dnsName ?? ""),
            zoneId: target.apply((entry) => entry?.hostedZoneId ?? ""),
            evaluateTargetHealth: false,
          },
        ],
      },
      { parent },
    );
  return zone;
}
