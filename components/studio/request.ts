// Types for the input of the Studio preflight, and for the lookup results.
import { type StudioSettings } from "./settings";

/** What the Studio settings depend on in the network. */
export interface StudioNetwork {
  /** Path of the network settings, `cloister-environment:network`. */
  path: string;
  features: readonly string[];
  /** DNS names of each feature of the catalog. */
  featureDomains: { feature: string; domains: string[] }[];
  /** The setting `allowedDomains`. */
  allowedDomains: readonly string[];
  /** DNS names that the DNS firewall allows, with the prefix `*.` for all names below a domain. Absent if it blocks none. */
  domains?: readonly string[];
  /** The setting `imageAccounts`. */
  imageAccounts: readonly string[];
  /** All accounts from which roles can pull images, twelve digits each. */
  imageAccountIds: readonly string[];
}

export interface StudioRequest {
  /** `fraud-dev` */
  environment: string;
  settings: StudioSettings;
  /** Path of the settings, `cloister-environment:studio`. */
  path: string;
  /** `eu-central-1` */
  region: string;
  network: StudioNetwork;
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
