// What AWS tells about Studio's settings before the first resource. Reads only.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type StudioFindings, type StudioRequest, typesToLookUp } from "./plan";

/** Asks AWS all that the plan needs to know: two calls at most, of which Identity Center's only with its sign-in. */
export async function lookupStudio(request: StudioRequest, opts: pulumi.InvokeOptions): Promise<StudioFindings> {
  const [offers, identityCenter] = await Promise.all([
    aws.ec2.getInstanceTypeOfferings(
      { locationType: "region", filters: [{ name: "instance-type", values: typesToLookUp(request).sort() }] },
      opts,
    ),
    request.settings.signIn === "identity-center" ? aws.ssoadmin.getInstances({}, opts) : undefined,
  ]);
  return { offeredTypes: offers.instanceTypes, identityCenterArns: identityCenter?.arns ?? [] };
}
