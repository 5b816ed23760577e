// Types for the input of the Studio preflight, and for the lookup results.
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
  /** EC2 instance types in the settings that the region offers, `t3.medium`. */
  offeredTypes: string[];
  /**
   * IAM Identity Center instances in the region, `arn:…:instance/…`.
   * Empty if the sign-in does not use IAM Identity Center.
   */
  identityCenterArns: string[];
}
