// Instance types that the settings of Studio name. Pure.
import { type StudioRequest } from "./request";

/** Types that run outside EC2, so that EC2 does not list them. */
const withoutEc2 = ["ml.geospatial.interactive"];

/** The EC2 type of a SageMaker type: only EC2 offers can be looked up. */
export const ec2Type = (type: string) => type.replace(/^ml\./, "");

export const hasEc2Type = (type: string) => !withoutEc2.includes(type);

/** Every instance type of the settings, with its setting. `owner` is the profile that it is for. */
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

/** EC2 types to look up, each once. */
export const ec2TypesOf = (request: StudioRequest) =>
  [...new Set(namedTypes(request).map(({ type }) => type))].filter(hasEc2Type).map(ec2Type);
