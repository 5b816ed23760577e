import type * as pulumi from "@pulumi/pulumi";
import { type Planned, preflight } from "../stack/preflight";
import { lookupStudio } from "./lookup";
import { type StudioMember } from "./members";
import { planStudio } from "./plan";
import { type StudioRequest } from "./request";

/** Validates the Studio settings against AWS before the first resource is created. The plan is the list of members. */
export const preflightStudio = (request: StudioRequest, opts?: pulumi.InvokeOptions): Promise<Planned<StudioMember[]>> =>
  preflight({ lookup: lookupStudio, plan: planStudio }, request, opts);
