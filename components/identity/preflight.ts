import { type Planned, preflight } from "../stack/preflight";
import { lookupIdentity } from "./lookup";
import { type IdentityRequest, planIdentity } from "./plan";

/** Reports all problems with roles and sign-in before the first resource is created. */
export const preflightIdentity = (request: IdentityRequest): Promise<Planned<undefined>> =>
  preflight({ lookup: lookupIdentity, plan: planIdentity }, request);
