import type * as pulumi from "@pulumi/pulumi";
import { lookupStudio } from "./lookup";
import { planStudio, type StudioRequest } from "./plan";

export { Notebooks, type NotebooksArgs } from "./notebooks";
export { type StudioMember, studioMembers, type StudioSettings, studioSettings } from "./settings";
export { Studio, type StudioArgs } from "./studio";
export type { StudioRequest } from "./plan";

/** Looks at what is there, before the first resource: everything that is in the way of these settings. */
export async function preflightStudio(request: StudioRequest, opts: pulumi.InvokeOptions = {}): Promise<string[]> {
  return planStudio(request, await lookupStudio(request, opts));
}
