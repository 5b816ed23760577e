import { type Planned, preflight } from "../stack/preflight";
import { lookupIdentity } from "./lookup";
import { type IdentityRequest, planIdentity } from "./plan";

/** All problems with roles and sign-in, before the first resource. */
export const preflightIdentity = (request: IdentityRequest): Promise<Planned<undefined>> =>
  preflight({ lookup: lookupIdentity, plan: planIdentity }, request);
