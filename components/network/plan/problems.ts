// Builds problems with network settings. Pure.
import { type Problem } from "../../stack/preflight";
import { type EndpointName } from "../catalogue";
import { type NetworkRequest } from "../request";
import { type NetworkSettings, type VpcSettings } from "../settings";

/** `what` follows the quoted setting, and `fix` is the next step. Neither ends with a period. */
const problem = (setting: string, what: string, fix: string): Problem => ({ setting, text: `${what}. Fix: ${fix}` });

/** A problem with a setting that selects the VPC and the subnets. */
export const vpcProblem = ({ paths }: NetworkRequest, key: keyof VpcSettings, what: string, fix: string): Problem =>
  problem(`${paths.vpcSettings}.${key}`, what, fix);

/** A problem with another setting of the network. */
export const networkProblem = (
  { paths }: NetworkRequest,
  key: keyof NetworkSettings | "endpoints.add" | "endpoints.omit",
  what: string,
  fix: string,
): Problem => problem(`${paths.network}.${key}`, what, fix);

/**
 * A problem with an endpoint that is omitted, or must be omitted.
 * The problem names the list for this network only if that list, or no list, contains the endpoint.
 */
export const omitProblem = (
  request: NetworkRequest,
  { endpoint, isOmitted }: { endpoint: EndpointName; isOmitted: boolean },
  what: string,
  fix: string,
): Problem => {
  const { omit } = request;
  return omit && (!isOmitted || omit.endpoints.includes(endpoint))
    ? problem(omit.setting, what, fix)
    : networkProblem(request, "endpoints.omit", what, fix);
};

/** A problem with the choice between shared endpoints and the network's own endpoints. */
export const sharedEndpointsProblem = ({ paths }: NetworkRequest, what: string, fix: string): Problem =>
  problem(paths.sharedEndpoints ?? paths.network, what, fix);

/** A problem with an egress path of an existing VPC, which the settings can accept. */
export const pathProblem = (request: NetworkRequest, what: string, fix: string): Problem => vpcProblem(request, "acceptedPaths", what, fix);

/** The problems whose condition is true. */
export const problemsIf = (...checks: [condition: boolean, problem: Problem][]): Problem[] =>
  checks.filter(([condition]) => condition).map(([, found]) => found);
