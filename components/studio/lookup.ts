// Looks up in AWS what the settings of Studio depend on. Reads only.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { ec2TypesOf } from "./named-types";
import { type StudioFindings, type StudioRequest } from "./request";

/** Makes at most two AWS calls. Calls IAM Identity Center only if the sign-in uses IAM Identity Center. */
export async function lookupStudio(request: StudioRequest, opts: pulumi.InvokeOptions): Promise<StudioFindings> {
  const [offers, identityCenter] = await Promise.all([
    aws.ec2.getInstanceTypeOfferings(
      { locationType: "region", filters: [{ name: "instance-type", values: ec2TypesOf(request).sort() }] },
      opts,
    ),
    request.settings.signIn === "identity-center" ? aws.ssoadmin.getInstances({}, opts) : undefined,
  ]);
  return { offeredTypes: offers.instanceTypes, identityCenterArns: identityCenter?.arns ?? [] };
}
