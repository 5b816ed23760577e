import { type Planned, preflight } from "../stack/preflight";
import { lookupIdentity } from "./lookup";
import { planIdentity } from "./plan";
import { type IdentityRequest } from "./request";

/** Reports all problems with roles and sign-in before the first resource is created. */
export const preflightIdentity = (request: IdentityRequest): Promise<Planned<undefined>> =>
  preflight({ lookup: lookupIdentity, plan: planIdentity }, request);
