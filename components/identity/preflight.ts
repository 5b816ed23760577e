import { lookupIdentity } from "./lookup";
import { type IdentityRequest, planIdentity } from "./plan";

/** Looks at roles and people that are there, and tells what is in the way. */
export const preflightIdentity = async (request: IdentityRequest): Promise<string[]> =>
  planIdentity(request, await lookupIdentity(request));
