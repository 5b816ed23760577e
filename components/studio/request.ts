// Input of the Studio preflight, and what the lookup found. Types only.
import { type StudioSettings } from "./settings";

export interface StudioRequest {
  settings: StudioSettings;
  /** Path of the settings, `cloister-environment:studio`. */
  path: string;
  /** `eu-central-1` */
  region: string;
}

/** Result of `lookupStudio`. */
export interface StudioFindings {
  /** EC2 instance types of the settings that the region offers, `t3.medium`. */
  offeredTypes: string[];
  /** IAM Identity Center instances in the region, `arn:…:instance/…`. Empty if the sign-in does not use it. */
  identityCenterArns: string[];
}
