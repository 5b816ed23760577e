// Problems of network settings, and the wording that they share. Pure.
import { type Problem } from "../../stack/preflight";
import { type EndpointName } from "../catalogue";
import { type NetworkRequest } from "../request";
import { type NetworkSettings, type VpcSettings } from "../settings";

/** `what` follows the quoted setting, `fix` is the next step; neither ends with a period. */
const problem = (setting: string, what: string, fix: string): Problem => ({ setting, text: `${what}. Fix: ${fix}` });

/** A problem of a setting that says where the subnets are. */
export const vpcProblem = ({ paths }: NetworkRequest, key: keyof VpcSettings, what: string, fix: string): Problem =>
  problem(`${paths.vpcSettings}.${key}`, what, fix);

/** A problem of a setting that says how the network is closed. */
export const networkProblem = (
  { paths }: NetworkRequest,
  key: keyof NetworkSettings | "endpoints.omit",
  what: string,
  fix: string,
): Problem => problem(`${paths.network}.${key}`, what, fix);

/**
 * A problem of an endpoint that is left out, or should be.
 * It belongs to the list of this network only if that list has the endpoint, or if the endpoint is in no list yet.
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

/** A problem of the choice between shared endpoints and endpoints of the network. */
export const sharedEndpointsProblem = ({ paths }: NetworkRequest, what: string, fix: string): Problem =>
  problem(paths.sharedEndpoints ?? paths.network, what, fix);

/** The command that sets a setting: the namespace of the project's own settings is left out. */
export const setCommand = (path: string, key: string, value: string | number): string =>
  `pulumi config set --path ${path.split(":").at(-1)}.${key} ${value}`;

/** The problems whose condition is true. */
export const problemsIf = (...checks: [condition: boolean, problem: Problem][]): Problem[] =>
  checks.filter(([condition]) => condition).map(([, found]) => found);
