// Collects the instance types that the Studio settings name. Pure.
import { type StudioRequest } from "./request";

/** SageMaker instance types that EC2 does not offer. */
const withoutEc2 = ["ml.geospatial.interactive"];

/** The EC2 instance type for a SageMaker instance type. Only EC2 offerings can be looked up. */
export const ec2Type = (type: string) => type.replace(/^ml\./, "");

export const hasEc2Type = (type: string) => !withoutEc2.includes(type);

/**
 * Every instance type in the settings, with the setting that names the type.
 * `owner` is the profile that uses the type.
 */
export function namedTypes({ settings, path }: StudioRequest): { setting: string; type: string; owner?: string }[] {
  return [
    ...settings.instanceTypes.map((type) => ({ setting: `${path}.instanceTypes`, type })),
    ...settings.profiles.flatMap(({ instanceTypes = [] }, i) =>
      instanceTypes.map((type) => ({ setting: `${path}.profiles[${i}].instanceTypes`, type })),
    ),
    ...(["spaces", "notebooks"] as const).flatMap((list) =>
      settings[list].flatMap(({ instanceType, owner }, i) =>
        instanceType ? [{ setting: `${path}.${list}[${i}].instanceType`, type: instanceType, owner }] : [],
      ),
    ),
  ];
}

/** EC2 instance types to look up, without duplicates. */
export const ec2TypesOf = (request: StudioRequest) =>
  [...new Set(namedTypes(request).map(({ type }) => type))].filter(hasEc2Type).map(ec2Type);
