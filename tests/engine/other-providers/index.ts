import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

// The resources in RESOURCES, a JSON list. An environment variable selects them, so that the settings of the stack stay unchanged.
type Requested =
  | { form: "pulumi"; name: string; type: string; props: Record<string, unknown> }
  | { form: "cloud-control" | "cloudformation"; name: string; type: string; properties: Record<string, unknown> };

/** A resource of a provider whose SDK is not installed. */
class AnyResource extends pulumi.CustomResource {}
const created = new Map<string, pulumi.CustomResource>();
/** Replaces `@name` by the ID of the resource with this name. */
const withIds = (props: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(props).map(([key, value]) => [
      key,
      typeof value === "string" && value.startsWith("@") ? created.get(value.slice(1))!.id : value,
    ]),
  );

for (const requested of JSON.parse(process.env.RESOURCES!) as Requested[]) {
  const { name, type } = requested;
  if (requested.form === "pulumi") created.set(name, new AnyResource(type, name, withIds(requested.props)));
  else if (requested.form === "cloud-control")
    new aws.cloudcontrol.Resource(name, { typeName: type, desiredState: JSON.stringify(requested.properties), schema: "{}" });
  else
    new aws.cloudformation.Stack(name, {
      templateBody: JSON.stringify({ Resources: { Opaque: { Type: type, Properties: requested.properties } } }),
    });
}
