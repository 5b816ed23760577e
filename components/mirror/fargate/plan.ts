// Validates the settings of the front `fargate`, and derives what it adds to the VPC of the shared endpoints. Pure.
import { type AwsContext } from "../../aws/context";
import { setCommand } from "../../stack/fix-command";
import { type Problem } from "../../stack/preflight";
import { type FargateSettings } from "./settings";

/** Port at which environments connect to the mirror: their security groups allow only this port. */
export const listenerPort = 443;

/** The part of the settings of the shared endpoints that the front depends on. */
export interface HubNetwork<F extends string, E extends string> {
  zones: number;
  zoneIds?: string[] | undefined;
  features: F[];
  endpoints: { add: E[]; omit: E[] };
}

/**
 * The settings of the VPC with the endpoints that tasks need to start without internet access: `registry` for the image,
 * and `logs`.
 * Source: Amazon ECS "Amazon ECS interface VPC endpoints" (AWS PrivateLink), considerations for Fargate.
 */
export const withTaskEndpoints = <N extends HubNetwork<F | "registry", E | "logs">, F extends string, E extends string>(network: N): N => ({
  ...network,
  features: [...new Set<F | "registry">([...network.features, "registry"])],
  endpoints: { ...network.endpoints, add: [...new Set<E | "logs">([...network.endpoints.add, "logs"])] },
});

/** URL of the index for pip, which ignores an index without TLS. */
export const mirrorIndexUrlOf = ({ host }: Pick<FargateSettings, "host">) => `https://${host}/simple/`;

export interface FargateRequest {
  context: AwsContext;
  /** The settings, if they exist. */
  settings: FargateSettings | undefined;
  /** The settings of the shared endpoints, if they exist. */
  network: Pick<HubNetwork<string, string>, "zones" | "zoneIds"> | undefined;
  /** `cloister-core:mirror.fargate` */
  path: string;
  /** `cloister-core:network` */
  networkPath: string;
}

const zonesOf = ({ zones, zoneIds }: NonNullable<FargateRequest["network"]>) => zoneIds?.length ?? zones;

function networkProblems({ network, networkPath }: FargateRequest): Problem[] {
  if (!network)
    return [
      {
        setting: networkPath,
        text: `is required with the front fargate, whose tasks run in the VPC of the shared endpoints. Fix: ${setCommand(`${networkPath}.zones`, 2)}`,
      },
    ];
  if (zonesOf(network) >= 2) return [];
  const [setting, fix] = network.zoneIds
    ? [`${networkPath}.zoneIds`, `add a zone: ${setCommand(`${networkPath}.zoneIds[1]`, "<zone ID>")}`]
    : [`${networkPath}.zones`, setCommand(`${networkPath}.zones`, 2)];
  return [{ setting, text: `must be at least 2 zones with the front fargate (got ${zonesOf(network)}). Fix: ${fix}` }];
}

/** The region of an ARN, or of an image. */
const regionIn = (text: string) => /^arn:[^:]*:[^:]*:([^:]*):/.exec(text)?.[1] ?? /\.ecr\.([^.]+)\./.exec(text)?.[1];

function regionProblem({ context: { region }, path }: FargateRequest, key: string, value: string, fix: string): Problem[] {
  if (regionIn(value) === region) return [];
  return [{ setting: `${path}.${key}`, text: `must be in region ${region} (got ${value}). Fix: ${fix}` }];
}

/** All problems with the front. */
export function fargateProblems(request: FargateRequest): Problem[] {
  const { settings, path } = request;
  if (!settings)
    return [
      {
        setting: path,
        text: `is required with the front fargate. Fix: ${setCommand(`${path}.image`, "<account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<digest>")}`,
      },
      ...networkProblems(request),
    ];
  return [
    ...networkProblems(request),
    ...regionProblem(request, "image", settings.image, "copy the image to a repository of the region"),
    ...regionProblem(
      request,
      "certificateArn",
      settings.certificateArn,
      `request a certificate there: aws acm request-certificate --region ${request.context.region} --domain-name ${settings.host} --validation-method DNS`,
    ),
  ];
}
