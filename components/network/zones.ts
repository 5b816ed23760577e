import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * The first `count` zones of the region, in the order of their names, local and wavelength zones left out. Asked before the first resource, because resources are named by zone.
 * Errors: `RunError` when the region has fewer.
 */
export async function zonesOf(count: number, opts: pulumi.InvokeOptions): Promise<string[]> {
  const found = await aws.getAvailabilityZones(
    { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
    opts,
  );
  const names = [...found.names].sort();
  if (names.length < count)
    throw new pulumi.RunError(
      `'network.zones' is ${count}, and region ${found.region} has ${names.length} Availability Zones (${names.join(", ")}). Set it with: pulumi config set --path network.zones ${names.length}`,
    );
  return names.slice(0, count);
}
